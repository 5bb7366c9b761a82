/**
 * Waiting until called, or until some time has passed.
 *
 * @module
 */

export interface Wake {
  /** Ends the present or the next wait. */
  call(): void
  /** Resolves when called since the last wait ended, or after so long. */
  wait(milliseconds: number): Promise<void>
}

export function createWake(): Wake {
  let isCalled = false
  let end: (() => void) | undefined
  return {
    call() {
      isCalled = true
      end?.()
    },
    async wait(milliseconds) {
      if (!isCalled) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, milliseconds)
        end = resolve
        await promise
        clearTimeout(timer)
      }
      end = undefined
      isCalled = false
    },
  }
}
