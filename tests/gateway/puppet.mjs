/**
 * The mock, told what the world is and asked what it was sent: the stock one gives no ids to what it sends,
 * drops mentions, and ignores cards.
 */
import { createHash } from 'node:crypto'

import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { PuppetMock } from 'wechaty-puppet-mock'

export class RecordingPuppet extends PuppetMock {
  constructor(world, journal) {
    super({})
    this.world = world
    this.journal = journal
    // An event of this name without a listener would end node.
    this.on('error', () => {})
    this.on('login', () => journal.emit('change'))
  }

  async onStart() {
    // The stream does not stand yet: it tells of the login when it does.
    setImmediate(() => this.enter())
  }

  async onStop() {}

  /** Logs the user of the world in, if there is one and a client has started the puppet. */
  enter() {
    if (this.world.isLoggedIn && this.state.active() && !this.isLoggedIn) {
      this.login(this.world.user)
      this.emit('ready', { data: 'ready' })
    }
  }

  ding(data) {
    setImmediate(() => this.emit('dong', { data: data || '' }))
  }

  async contactList() { return [...this.world.contacts.keys()] }
  async contactRawPayload(id) { return this.world.contact(id) }
  async contactAlias(id) { return this.world.contact(id).alias }
  async roomList() { return [...this.world.rooms.keys()] }
  async roomRawPayload(id) { return { ...this.world.room(id) } }
  async roomMemberList(id) { return this.world.room(id).memberIdList }
  async roomTopic(id) { return this.world.room(id).topic }

  async roomMemberRawPayload(roomId, id) {
    const { avatar, name } = this.world.contact(id)
    const room = this.world.room(roomId)
    if (!room.memberIdList.includes(id)) {
      throw new Error(`${id} is not in ${roomId}`)
    }
    return { avatar, id, name, roomAlias: room.aliases[id] ?? '' }
  }

  async roomInvitationRawPayload(id) { return this.world.invitation(id) }
  async roomInvitationAccept(id) { this.journal.add({ kind: 'accept', invitation: id }) }

  async messageRawPayload(id) { return this.world.message(id).payload }
  async messageImage(id) { return this.#file(id) }
  async messageFile(id) { return this.#file(id) }
  async messageUrl(id) { return this.world.message(id).url }
  async messageMiniProgram(id) { return this.world.message(id).miniprogram }
  async messageContact(id) { return this.world.message(id).contact }

  async messageRecall(id) {
    this.journal.add({ kind: 'recall', message: id })
    return true
  }

  async messageSendText(to, text, mentions = []) {
    return this.#send({ kind: 'text', to, text, mentions }, PUPPET.types.Message.Text)
  }

  async messageSendFile(to, file) {
    const bytes = await file.toBuffer()
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return this.#send(
      { kind: 'file', to, name: file.name, size: bytes.length, sha256 },
      PUPPET.types.Message.Image,
      { file: { name: file.name, base64: bytes.toString('base64') } },
    )
  }

  async messageSendUrl(to, url) {
    return this.#send({ kind: 'url', to, url }, PUPPET.types.Message.Url, { url })
  }

  async messageSendMiniProgram(to, miniprogram) {
    return this.#send({ kind: 'miniprogram', to, miniprogram }, PUPPET.types.Message.MiniProgram, { miniprogram })
  }

  async messageSendContact(to, contact) {
    return this.#send({ kind: 'contact', to, contact }, PUPPET.types.Message.Contact, { contact })
  }

  async messageForward(to, message) {
    return this.#send({ kind: 'forward', to, message }, PUPPET.types.Message.Text)
  }

  #send(sent, type, carried = {}) {
    if (!this.isLoggedIn) {
      throw new Error('not logged in')
    }
    const id = this.journal.add(sent)
    this.world.addMessage({
      ...carried, id, from: this.currentUserId, to: sent.to, text: sent.text, mentions: sent.mentions, type,
    })
    if (this.world.isEchoing) {
      setImmediate(() => this.emit('message', { messageId: id }))
    }
    return id
  }

  #file(id) {
    const { file } = this.world.message(id)
    if (!file) {
      throw new Error(`no file in ${id}`)
    }
    return FileBox.fromBase64(file.base64, file.name)
  }
}
