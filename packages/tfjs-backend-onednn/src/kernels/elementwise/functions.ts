/**
 * The addon's elementwise functions and the places of operations in its tables (native/elementwise.cc).
 *
 * @module
 */
import type { TensorArray } from '../../buffer-pool.ts'

/** Functions of native/elementwise.cc. `attributes` come from `broadcastAttributes`. */
export interface ElementwiseFunctions {
  binary(operation: number, attributes: Int32Array, ...arrays: [a: TensorArray, b: TensorArray, out: TensorArray]): void
  compare(operation: number, attributes: Int32Array, ...arrays: [a: TensorArray, b: TensorArray, out: Uint8Array]): void
  floorDiv(
    operation: number,
    attributes: Int32Array,
    ...arrays: [a: TensorArray, b: TensorArray, out: Int32Array]
  ): void
  unary(operation: number, x: Float32Array, y: Float32Array, ...attributes: [alpha: number, beta: number]): void
  test(what: number, x: TensorArray, y: Uint8Array): void
  cast(x: TensorArray, y: TensorArray): void
  select(condition: Uint8Array, ...arrays: [a: TensorArray, b: TensorArray, out: TensorArray]): void
}

/** Functions of two numbers, in the addon's order. */
export const binaryNames = [
  ...[
    'Add',
    'Sub',
    'Multiply',
    'RealDiv',
    'Maximum',
    'Minimum',
    'SquaredDifference',
    'Pow',
    'Mod',
    'Atan2',
    'Prelu',
    'EluGrad',
  ],
] as const

/** Comparisons and logic, in the addon's order. */
export const comparisonNames = [
  ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual', 'LogicalAnd', 'LogicalOr'],
] as const

/** Functions of one number, in the addon's order. */
export const unaryNames = [
  ...[
    'Neg',
    'Abs',
    'Exp',
    'Log',
    'Log1p',
    'Expm1',
    'Sqrt',
    'Rsqrt',
    'Square',
    'Sign',
    'Floor',
    'Ceil',
    'Round',
    'Reciprocal',
  ],
  ...[
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Relu',
    'Relu6',
    'LeakyRelu',
    'Elu',
    'Selu',
    'Step',
    'ClipByValue',
    'Erf',
    'Sin',
    'Cos',
  ],
  ...['Tan', 'Atan', 'Sinh', 'Cosh'],
] as const

/** Tests of one number, in the addon's order. */
export const testNames = ['IsNan', 'IsFinite', 'IsInf', 'LogicalNot'] as const
