import { expect, test } from 'vitest'
import { MessageChannel } from 'node:worker_threads'
import { type TrialOutcome } from '../executor.ts'
import { startLimits } from './attempt-limits.ts'

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

test('a beat that waits to be read because this process was busy counts; silence after it does not', async () => {
  const killed: TrialOutcome[] = []
  const limits = startLimits({ heartbeatTimeoutMs: 300 }, (reason) => killed.push(reason))
  const { port1, port2 } = new MessageChannel()
  port2.on('message', () => limits.beat())
  limits.beat()
  port1.postMessage('beat')
  for (const end = performance.now() + 400; performance.now() < end;) continue
  await wait(20)
  expect(killed).toEqual([])
  await wait(500)
  port1.close()
  limits.stop()
  expect(killed).toEqual([{ state: 'fail', reason: 'no report or heartbeat for 300 ms', retry: true }])
})

test('nothing is killed before the first beat, nor after the end', async () => {
  const killed: TrialOutcome[] = []
  const limits = startLimits({ heartbeatTimeoutMs: 20 }, (reason) => killed.push(reason))
  await wait(60)
  limits.beat()
  limits.stop()
  await wait(60)
  expect(killed).toEqual([])
})
