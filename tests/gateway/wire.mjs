/**
 * Between gRPC and the puppet's implementation: counts every call, lets chosen ones fail, and reaches the event
 * stream, which the package keeps to itself.
 */
import { grpc, puppet as messages } from 'wechaty-grpc'

export class Wire {
  constructor(journal) {
    this.journal = journal
    this.faults = []
    this.stream = null
    this.port = 0
    this.#tap()
  }

  /**
   * Calls that fit `method` (`*` stands for anything) fail from now on, `times` times or always:
   * `refuse` answers with an error, `lose` does the work and answers with an error, `hang` never answers,
   * `delay` answers `ms` later.
   */
  addFault({ method = '*', kind, times = Infinity, ms = 0, why = 'refused by the platform' }) {
    if (!(kind in FAULTS)) {
      throw new Error(`no fault ${kind}`)
    }
    const pattern = new RegExp(`^${method.replaceAll('*', '.*')}$`)
    this.faults.push({ pattern, kind, times: times ?? Infinity, ms, why })
  }

  /** Puts an event on the stream that no puppet would: any number for its type, any text for its payload. */
  emit(type, payload) {
    if (!this.stream) {
      throw new Error('no client listens')
    }
    const event = new messages.EventResponse()
    event.setType(type)
    event.setPayload(payload)
    this.stream.write(event)
  }

  /** The stream stays open, and nothing comes any more. */
  mute() {
    if (this.stream) {
      this.stream.write = () => true
    }
  }

  endStream() {
    this.stream?.end()
  }

  #tap() {
    const wire = this
    const { addService, bindAsync } = grpc.Server.prototype
    grpc.Server.prototype.addService = function (service, handlers) {
      return addService.call(this, service, wire.#wrapped(handlers))
    }
    grpc.Server.prototype.bindAsync = function (address, credentials, callback) {
      bindAsync.call(this, address, credentials, (error, port) => {
        wire.port = port
        callback(error, port)
      })
    }
  }

  #wrapped(handlers) {
    return Object.fromEntries(Object.entries(handlers).map(([method, handler]) => [
      method,
      (call, callback) => this.#call(method, handler, call, callback),
    ]))
  }

  #call(method, handler, call, callback) {
    this.journal.called(method, call.request?.getId?.())
    const answer = callback ?? (error => error && call.emit('error', error))
    const fault = this.#fault(method)
    if (fault) {
      FAULTS[fault.kind](fault, () => this.#handle(method, handler, call, callback), answer, tail =>
        handler(call, tail))
      return
    }
    this.#handle(method, handler, call, callback)
  }

  #handle(method, handler, call, callback) {
    if (method === 'event') {
      this.#listens(call)
    }
    handler(call, callback)
  }

  #listens(call) {
    this.stream = call
    const gone = () => {
      if (this.stream === call) {
        this.stream = null
        this.journal.emit('change')
      }
    }
    for (const name of ['cancelled', 'error', 'finish', 'close']) {
      call.on(name, gone)
    }
    // The package registers its own listeners in this turn; who waits may then rely on them.
    setImmediate(() => this.journal.emit('change'))
  }

  #fault(method) {
    const fault = this.faults.find(one => one.times > 0 && one.pattern.test(method))
    if (fault) {
      fault.times -= 1
    }
    return fault
  }
}

const FAULTS = {
  refuse: ({ why }, _work, answer) => answer(failure(why)),
  lose: ({ why }, _work, answer, workThen) => workThen(() => answer(failure(why))),
  hang: () => {},
  delay: ({ ms }, work) => setTimeout(work, ms),
}

function failure(details) {
  return Object.assign(new Error(details), { code: grpc.status.INTERNAL, details })
}
