/**
 * Training step of a scale-space hypernetwork beside the plain U-Net that it predicts, at the same phi, on the same batch.
 *
 * The reference primary (2D, 24 channels x 5 levels x 2 convolutions, 128 x 128, batch 8, three channels in and out) on the
 * fastest backend that loads, in float32 and, where the chip has it, bfloat16: loss, gradients and Adam. Steps of both networks take turns
 * so that both see the same machine; times are medians. The paper reports about 1.8 times one U-Net's training cost.
 *
 * @module
 */
import type { BenchContext, Row } from '../tools/bench.ts'
import { startEngine } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { filmNetwork, hyperNetwork, primarySpec } from '@leanvox/sshn'
import { stepTimer } from './sshn/step-timer.ts'
import { median } from './unet/median.ts'

const warmUp = 2
const rounds = 9
const phis = [0.5, 0.1]

const precisions = ['bfloat16', 'float32'] as const

/** One row for each network, phi and precision (SSHN_PRECISION names one): our step and the plain U-Net's, milliseconds. */
export async function bench({ log }: BenchContext): Promise<Row[]> {
  const rows: Row[] = []
  const only = process.env['SSHN_PRECISION']
  for (const wanted of precisions.filter((name) => only === undefined || name === only)) {
    const { backend, precision } = await startEngine({ backend: 'auto', precision: wanted })
    if (precision === wanted) rows.push(...compare(`${backend} ${precision}`, log))
  }
  return rows
}

function compare(where: string, log: (line: string) => void): Row[] {
  const primary = primarySpec({ inChannels: 3, outChannels: 3 })
  const plain = stepTimer(unet(primary))
  const others = [
    { name: 'hypernetwork (hidden 16, 96: the paper’s parameter count)', timer: stepTimer(hyperNetwork({ primary })) },
    { name: 'hypernetwork (hidden 16, 16)', timer: stepTimer(hyperNetwork({ primary, hidden: [16, 16] })) },
    { name: 'FiLM', timer: stepTimer(filmNetwork({ primary })) },
  ]
  try {
    return phis.flatMap((phi) => {
      log(`${where}, phi ${phi} ...`)
      const times = inTurn([plain, ...others.map(({ timer }) => timer)], phi)
      return others.map(({ name }, i): Row => ({
        case: `${name}, phi ${phi}, ${where}`,
        metric: 'training step [ms]',
        ours: times[i + 1],
        peer: 'plain U-Net',
        theirs: times[0],
      }))
    })
  } finally {
    for (const timer of [plain, ...others.map((other) => other.timer)]) timer.dispose()
  }
}

function inTurn(timers: readonly { step(phi: number): number }[], phi: number): number[] {
  const times = timers.map((): number[] => [])
  for (let round = 0; round < warmUp + rounds; round++) {
    timers.forEach((timer, i) => {
      const time = timer.step(phi)
      if (round >= warmUp) times[i].push(time)
    })
  }
  return times.map(median)
}
