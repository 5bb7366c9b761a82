/**
 * The memory of a child process and of all it started, watched from outside (Linux: `/proc`).
 *
 * Node can bound only its own heap, and typed arrays, native libraries and other programs are outside of it; so resident
 * memory is looked at a few times a second. Where there is no `/proc` nothing is seen and nothing is limited.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

/** Milliseconds between two looks. */
const pause = 200
/** Bytes of a page: what `statm` counts in, on x86-64 and almost all of arm64. */
const pageBytes = 4096

/** Calls `onExceeded` once when a process and its descendants together hold more than `limit` bytes; returns a stop. */
export function watchMemory(
  pid: number,
  { limit, onExceeded }: { limit: number; onExceeded: (bytes: number) => void },
): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid)
    if (bytes <= limit) return
    clearInterval(timer)
    onExceeded(bytes)
  }, pause)
  return () => clearInterval(timer)
}

/** Resident memory of a process and its descendants; 0 for one that is gone. */
export function residentBytes(pid: number): number {
  const [own, children] = [`/proc/${pid}/statm`, `/proc/${pid}/task/${pid}/children`].map(wordsOf)
  return children.reduce((sum, child) => sum + residentBytes(child), pageBytes * (own[1] ?? 0))
}

function wordsOf(path: string): number[] {
  try {
    return readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return [] // ended meanwhile, or no Linux
  }
}
