/**
 * The WebAssembly inflater (kernels/inflate.c) on memory of its own: pieces of a raw deflate stream in, pieces of its
 * content out.
 *
 * It holds one piece of input, and one of output behind the 32 KiB that copies may reach back to.
 *
 * @module
 */
import { inflateBase64 } from './inflate-binary.ts'
import { webAssembly, type WasmMemory, type WasmModule } from './web-assembly.ts'

/** What a step of decoding ended with. `bad`: zlib must tell what is wrong, or that nothing is. */
export const STEP = { blockEnd: 0, needInput: 1, outputFull: 2, end: 3, bad: 4 } as const

interface Kernel {
  readonly __heap_base: { readonly value: number }
  state_at(): number
  start_at(input: number): void
  decode(): number
}

// The fields of the kernel's state, as 32-bit integers.
const [INPUT, INPUT_END, OUTPUT, OUTPUT_END, VALID] = [0, 1, 2, 3, 4]
const WINDOW = 1 << 15
/** What the kernel wants to find behind its input before it begins a block: zeros at the end of the stream. */
const INPUT_MARGIN = 4096
/** What the kernel may write at once, and beyond. */
const OUTPUT_MARGIN = 2048
const PAGE = 1 << 16

let compiled: Promise<WasmModule> | undefined

/** Compiles the kernel, once. Rejects where there is no WebAssembly, as in Node with --jitless. */
export async function inflateModule(): Promise<WasmModule> {
  compiled ??= webAssembly.compile(Buffer.from(inflateBase64, 'base64'))
  return compiled
}

/** A decoder of one stream after another. */
export class Inflater {
  readonly #kernel: Kernel
  readonly #bytes: Uint8Array
  readonly #state: Int32Array
  readonly #input: number
  readonly #inputBytes: number
  readonly #output: number
  #taken = 0

  /** @param sizes.input most bytes that are given at once; @param sizes.output that are taken at once */
  constructor(module: WasmModule, sizes: { readonly input: number; readonly output: number }) {
    const needed = 2 * INPUT_MARGIN + sizes.input + WINDOW + sizes.output + OUTPUT_MARGIN
    // The module's own tables lie below 1 MiB.
    const pages = Math.ceil(needed / PAGE) + 16
    const memory: WasmMemory = new webAssembly.Memory({ initial: pages, maximum: pages })
    this.#kernel = new webAssembly.Instance(module, { env: { memory } }).exports as Kernel
    this.#bytes = new Uint8Array(memory.buffer)
    this.#state = new Int32Array(memory.buffer, this.#kernel.state_at(), VALID + 1)
    this.#input = this.#kernel.__heap_base.value
    this.#inputBytes = INPUT_MARGIN + sizes.input
    this.#output = this.#input + this.#inputBytes + INPUT_MARGIN
    this.#kernel.start_at(this.#input)
    this.#state[INPUT_END] = this.#input
    this.#state[OUTPUT_END] = this.#output + WINDOW + sizes.output + OUTPUT_MARGIN
    this.#startOutput(0)
  }

  /** Bytes that were given and not used. */
  get left(): number {
    return this.#state[INPUT_END] - this.#state[INPUT]
  }

  /** More of the stream; `last` when nothing follows. False when there is no room, which a decoder that wants more always has. */
  give(piece: Uint8Array, last: boolean): boolean {
    const { left } = this
    if (left + piece.length > this.#inputBytes) return false
    this.#bytes.copyWithin(this.#input, this.#state[INPUT], this.#state[INPUT_END])
    this.#bytes.set(piece, this.#input + left)
    const end = this.#input + left + piece.length
    if (last) this.#bytes.fill(0, end, end + INPUT_MARGIN)
    this.#state[INPUT] = this.#input
    this.#state[INPUT_END] = last ? end + INPUT_MARGIN : end
    return true
  }

  /** Decodes to the end of a block at most: one of `STEP`. */
  step(): number {
    return this.#kernel.decode()
  }

  /** What was decoded since this was last called; a view that holds until the next step. */
  take(): Uint8Array {
    const [start, end] = [this.#output + WINDOW, this.#state[OUTPUT]]
    const piece = this.#bytes.subarray(start, end)
    this.#bytes.copyWithin(this.#output, end - WINDOW, end) // does not reach into the piece
    this.#taken += piece.length
    this.#startOutput(Math.min(WINDOW, this.#taken))
    return piece
  }

  #startOutput(reachable: number): void {
    this.#state[OUTPUT] = this.#output + WINDOW
    this.#state[VALID] = this.#output + WINDOW - reachable
  }
}

/** Bytes of zeros that stand behind the last piece in `left`. */
export const END_MARGIN = INPUT_MARGIN
