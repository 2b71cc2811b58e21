/**
 * A Wechaty gateway for tests: the real puppet service in front of a mock, and an HTTP control port.
 *
 *   node server.mjs --folder FOLDER [--token insecure_test-token] [--port 0] [--control 0]
 *
 * Prints one line of JSON when both ports are open, and ends when its standard input does.
 */
import http from 'node:http'
import { parseArgs } from 'node:util'

import { PuppetServer } from 'wechaty-puppet-service'

import { verbs } from './control.mjs'
import { Journal } from './journal.mjs'
import { RecordingPuppet } from './puppet.mjs'
import { Wire } from './wire.mjs'
import { World } from './world.mjs'

const { values: given } = parseArgs({
  options: {
    folder: { type: 'string' },
    token: { type: 'string', default: 'insecure_test-token' },
    port: { type: 'string', default: '0' },
    control: { type: 'string', default: '0' },
  },
})

const world = new World(given.folder)
const journal = new Journal(given.folder)
const wire = new Wire(journal)
const puppet = new RecordingPuppet(world, journal)
const gateway = new PuppetServer({ endpoint: `127.0.0.1:${given.port}`, puppet, token: given.token })
await gateway.start()

const controls = verbs({ world, journal, wire, puppet })
const control = http.createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  try {
    const verb = controls[request.url.slice(1)]
    if (!verb) {
      return answer(404, { error: `no ${request.url}` })
    }
    answer(200, await verb(await bodyOf(request)) ?? {})
  } catch (error) {
    answer(400, { error: error.message })
  }
})
control.listen(Number(given.control), '127.0.0.1', () => {
  process.stdout.write(JSON.stringify({ port: wire.port, control: control.address().port }) + '\n')
})
process.stdin.resume().on('end', () => process.exit(0))

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) {
    chunks.push(chunk)
  }
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {}
}
