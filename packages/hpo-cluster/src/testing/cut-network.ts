/**
 * A network that can be cut: a namespace joined to this machine by a pair of virtual cards (Linux, root, `ip`).
 *
 * @module
 */
import { execFileSync } from 'node:child_process'

export interface CutNetwork {
  /** The worker that belongs behind it. */
  readonly name: string
  /** This machine as seen from there. */
  readonly hostAddress: string
  /** Words to put before a command to run it there. */
  readonly command: readonly string[]
  cut(): void
  mend(): void
  remove(): void
}

/** Whether namespaces can be had here. */
export function canCutNetwork(): boolean {
  try {
    const network = cutNetwork()
    network.remove()
    return true
  } catch {
    return false
  }
}

/**
 * Makes the namespace. `name` of the result is the first worker of a crew.
 *
 * @throws Error where it is not allowed or `ip` is missing
 */
export function cutNetwork(): CutNetwork {
  const id = `lv${process.pid}`
  const host = '10.213.77.1'
  const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const remove = () => {
    for (const words of [
      ['netns', 'del', id],
      ['link', 'del', `${id}h`],
    ]) {
      try {
        ip(...words)
      } catch {
        continue // gone with the other end
      }
    }
  }
  try {
    ip('netns', 'add', id)
    ip('link', 'add', `${id}h`, 'type', 'veth', 'peer', 'name', `${id}c`, 'netns', id)
    ip('addr', 'add', `${host}/24`, 'dev', `${id}h`)
    ip('link', 'set', `${id}h`, 'up')
    ip('netns', 'exec', id, 'ip', 'addr', 'add', '10.213.77.2/24', 'dev', `${id}c`)
    ip('netns', 'exec', id, 'ip', 'link', 'set', `${id}c`, 'up')
  } catch (error) {
    remove()
    throw error
  }
  return {
    name: 'worker-2',
    hostAddress: host,
    command: ['ip', 'netns', 'exec', id],
    cut: () => void ip('netns', 'exec', id, 'ip', 'link', 'set', `${id}c`, 'down'),
    mend: () => void ip('netns', 'exec', id, 'ip', 'link', 'set', `${id}c`, 'up'),
    remove,
  }
}
