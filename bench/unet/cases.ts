/**
 * The networks and inputs that are measured.
 *
 * 3D: channels 16-32-64-128 on 64^3, batch 1. 2D: 32-64-128-256 on 128^2, batch 8. Two convolutions, each with instance
 * norm and leaky ReLU, a level; max pooling, linear upsampling; soft Dice, Adam.
 *
 * @module
 */

export interface UNetCase {
  readonly name: string
  readonly dimensions: 2 | 3
  readonly precision: 'float32' | 'bfloat16'
  readonly channels: readonly number[]
  readonly size: number
  readonly batch: number
}

const three = { dimensions: 3, channels: [16, 32, 64, 128], size: 64, batch: 1 } as const
const two = { dimensions: 2, channels: [32, 64, 128, 256], size: 128, batch: 8 } as const

export const cases: readonly UNetCase[] = [
  { name: '3d-f32', precision: 'float32', ...three },
  { name: '3d-bf16', precision: 'bfloat16', ...three },
  { name: '2d-f32', precision: 'float32', ...two },
  { name: '2d-bf16', precision: 'bfloat16', ...two },
]
