/**
 * Who there is: contacts, rooms, invitations and messages. A client's `Start` finds it as it was, and so does
 * a gateway that is started again with the same folder.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const PICTURE = 'https://picture.example/avatar.png'

export class World {
  constructor(folder) {
    this.file = path.join(folder, 'world.json')
    this.messages = new Map()
    this.said = 0
    this.clear()
    this.#load()
  }

  clear() {
    this.user = null
    this.isLoggedIn = false
    this.isEchoing = true
    this.contacts = new Map()
    this.rooms = new Map()
    this.invitations = new Map()
    this.messages.clear()
  }

  save() {
    const { user, isLoggedIn, isEchoing } = this
    const maps = Object.fromEntries(MAPS.map(name => [name, [...this[name]]]))
    writeFileSync(this.file, JSON.stringify({ user, isLoggedIn, isEchoing, ...maps }))
  }

  addContact({ id, name = id, ...others }) {
    this.contacts.set(id, {
      address: '', alias: '', avatar: PICTURE, city: '', friend: false, gender: 0, id, name, phone: [],
      province: '', signature: '', star: false, type: 1, ...others,
    })
  }

  /** A room's `aliases` are what its members are called in it, by id. */
  addRoom({ id, topic = id, members = [], owner, admins = [], aliases = {} }) {
    if (!id.includes('@')) {
      throw new Error(`a room's id needs an @: ${id}`)
    }
    for (const member of members) {
      this.#known(member)
    }
    this.rooms.set(id, {
      adminIdList: admins, aliases, avatar: PICTURE, id, memberIdList: [...members], ownerId: owner, topic,
    })
  }

  contact(id) {
    return this.#known(id)
  }

  room(id) {
    return found(this.rooms, id, 'room')
  }

  message(id) {
    return found(this.messages, id, 'message')
  }

  invitation(id) {
    return found(this.invitations, id, 'invitation')
  }

  /** A message with an id that was there before takes its place. */
  addMessage({ id, from, to, text = '', mentions = [], at = Date.now(), type, ...carried }) {
    this.said += 1
    const message = {
      id: id ?? `m-${process.pid}-${this.said}`,
      talkerId: from,
      text,
      timestamp: at,
      type,
      ...(to.includes('@') ? { mentionIdList: mentions, roomId: to } : { listenerId: to }),
    }
    this.messages.set(message.id, { payload: message, ...carried })
    return message.id
  }

  #known(id) {
    return found(this.contacts, id, 'contact')
  }

  #load() {
    let saved
    try {
      saved = JSON.parse(readFileSync(this.file, 'utf8'))
    } catch (error) {
      if (error.code === 'ENOENT') {
        return
      }
      throw error
    }
    const { user, isLoggedIn, isEchoing } = saved
    Object.assign(this, { user, isLoggedIn, isEchoing })
    for (const name of MAPS) {
      this[name] = new Map(saved[name])
    }
  }
}

const MAPS = ['contacts', 'rooms', 'invitations']

function found(map, id, what) {
  const value = map.get(id)
  if (value === undefined) {
    throw new Error(`no ${what} ${id}`)
  }
  return value
}
