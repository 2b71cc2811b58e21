/**
 * What a test can have happen, by the name of its path: each takes and gives JSON.
 */
import * as PUPPET from 'wechaty-puppet'

import { now } from './journal.mjs'

const { Dirty, Message } = PUPPET.types

export function verbs({ world, journal, wire, puppet }) {
  const state = () => ({
    accepted: journal.sent.filter(one => one.kind === 'accept').map(one => one.invitation),
    calls: journal.counts,
    isConnected: wire.stream !== null,
    isLoggedIn: puppet.isLoggedIn,
    sent: journal.sent.length,
  })

  const changed = (kind, id) => {
    world.save()
    // The gateway itself must not answer from its cache; what it tells the client is said beside.
    puppet.cache[kind].delete(id)
  }

  const say = ({ type = 'Text', ...message }) => {
    const number = typeof type === 'number' ? type : Message[type]
    if (number === undefined) {
      throw new Error(`no type of message ${type}`)
    }
    world.contact(message.from)
    const id = world.addMessage({ ...message, type: number })
    puppet.cache.message.delete(id)
    const at = now()
    puppet.emit('message', { messageId: id })
    return { id, at }
  }

  return {
    state,

    async reset() {
      wire.endStream()
      await puppet.stop()
      world.clear()
      world.save()
      wire.faults = []
      journal.clear()
    },

    contacts({ contacts }) {
      for (const contact of contacts) {
        world.addContact(contact)
        puppet.cache.contact.delete(contact.id)
      }
      world.save()
    },

    room(room) {
      world.addRoom(room)
      changed('room', room.id)
      puppet.cache.roomMember.delete(room.id)
    },

    login({ user }) {
      world.contact(user)
      Object.assign(world, { user, isLoggedIn: true })
      world.save()
      puppet.enter()
    },

    async logout({ reason = 'logged out on the phone' }) {
      world.isLoggedIn = false
      world.save()
      await puppet.logout(reason)
      journal.emit('change')
    },

    echo({ isOn }) {
      world.isEchoing = isOn
      world.save()
    },

    say,

    /** Tells of a message again, as a gateway does that is not sure. */
    again({ id }) {
      world.message(id)
      puppet.emit('message', { messageId: id })
    },

    /** `count` texts in one turn, in order: the n-th is by the n-th of `people`, round and round. */
    burst({ to, people, count, text = '签到', prefix = 'burst', at = Date.now() }) {
      const began = now()
      for (let n = 0; n < count; n += 1) {
        say({
          id: `${prefix}-${n}`, from: people[n % people.length], to, text: text.replaceAll('{n}', n), at: at + n,
        })
      }
      return { at: began }
    },

    /** Without `inviter` the event has none at all; an empty one is a platform that does not know. */
    join({ room, invitees, at = Date.now(), ...others }) {
      const members = world.room(room).memberIdList
      members.push(...invitees.filter(id => world.contact(id) && !members.includes(id)))
      changed('room', room)
      const inviter = 'inviter' in others ? { inviterId: others.inviter } : {}
      puppet.emit('room-join', { inviteeIdList: invitees, ...inviter, roomId: room, timestamp: at })
    },

    leave({ room, people, remover = '', at = Date.now() }) {
      const { memberIdList } = world.room(room)
      world.room(room).memberIdList = memberIdList.filter(id => !people.includes(id))
      changed('room', room)
      puppet.emit('room-leave', { removeeIdList: people, removerId: remover, roomId: room, timestamp: at })
    },

    topic({ room, topic, by, at = Date.now() }) {
      const oldTopic = world.room(room).topic
      world.room(room).topic = topic
      changed('room', room)
      puppet.emit('room-topic', { changerId: by, newTopic: topic, oldTopic, roomId: room, timestamp: at })
    },

    /** Owner and admins change without an event; the client hears that the room is not what it was. */
    roles({ room, owner, admins }) {
      Object.assign(world.room(room), { ownerId: owner, adminIdList: admins })
      changed('room', room)
      puppet.dirtyPayload(Dirty.Room, room)
    },

    rename({ contact, name }) {
      world.contact(contact).name = name
      changed('contact', contact)
      puppet.dirtyPayload(Dirty.Contact, contact)
    },

    alias({ room, contact, alias }) {
      world.room(room).aliases[contact] = alias
      changed('roomMember', room)
      puppet.dirtyPayload(Dirty.RoomMember, room)
    },

    invite({ id, inviter, topic = '', members = [], at = Date.now() }) {
      world.invitations.set(id, {
        avatar: '', id, invitation: '', inviterId: inviter, memberCount: members.length, memberIdList: members,
        receiverId: world.user, timestamp: at, topic,
      })
      world.save()
      puppet.emit('room-invite', { roomInvitationId: id, timestamp: at })
    },

    /** An event of the puppet with any payload: heartbeat, error, dong, scan, room-join, … */
    emit({ name, payload }) {
      puppet.emit(name, name === 'error' ? new Error(payload.data) : payload)
    },

    raw({ type, payload }) {
      wire.emit(type, payload)
    },

    end: () => wire.endStream(),

    mute: () => wire.mute(),

    fault: fault => wire.addFault(fault),

    heal() {
      wire.faults = []
    },

    sent: ({ since = 0 }) => ({ sent: journal.sent.slice(since) }),

    calls: () => ({ calls: journal.calls, counts: journal.counts }),

    clear: () => journal.clear(),

    /** Answers as soon as everything wanted is so, or when the time is over; `isMet` says which. */
    wait({ timeoutMs = 10_000, sent = 0, accepted = 0, calls = {}, isConnected, isLoggedIn }) {
      const isMet = () => {
        const is = state()
        return is.sent >= sent && is.accepted.length >= accepted
          && Object.entries(calls).every(([method, n]) => (is.calls[method] ?? 0) >= n)
          && (isConnected ?? is.isConnected) === is.isConnected
          && (isLoggedIn ?? is.isLoggedIn) === is.isLoggedIn
      }
      return new Promise(resolve => {
        const finish = met => {
          clearTimeout(timer)
          journal.off('change', look)
          resolve({ isMet: met, ...state() })
        }
        const look = () => isMet() && finish(true)
        const timer = setTimeout(() => finish(false), timeoutMs)
        journal.on('change', look)
        look()
      })
    },
  }
}
