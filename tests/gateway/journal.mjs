/**
 * What the bot did: everything it sent, every call it made; kept over a restart with the same folder.
 */
import { EventEmitter } from 'node:events'
import { appendFileSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

const KEPT_CALLS = 10_000

export class Journal extends EventEmitter {
  constructor(folder) {
    super()
    this.setMaxListeners(0)
    this.file = path.join(folder, 'sent.jsonl')
    this.sent = readLines(this.file)
    this.#forgetCalls()
  }

  clear() {
    rmSync(this.file, { force: true })
    this.sent = []
    this.#forgetCalls()
    this.emit('change')
  }

  /** Returns the id that the message was given. */
  add(sent) {
    const id = `sent-${this.sent.length + 1}`
    const line = { id, at: now(), ...sent }
    appendFileSync(this.file, JSON.stringify(line) + '\n')
    this.sent.push(line)
    this.emit('change')
    return id
  }

  called(method, id) {
    this.counts[method] = (this.counts[method] ?? 0) + 1
    if (this.calls.length >= 2 * KEPT_CALLS) {
      this.calls.splice(0, KEPT_CALLS)
    }
    this.calls.push({ method, id })
    this.emit('change')
  }

  #forgetCalls() {
    this.calls = []
    this.counts = {}
  }
}

/** Milliseconds since 1970, with fractions: latencies are differences of two of these. */
export function now() {
  return performance.timeOrigin + performance.now()
}

function readLines(file) {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
  } catch (error) {
    if (error.code === 'ENOENT') {
      return []
    }
    throw error
  }
}
