/**
 * The part of a test runner that the contract suites use.
 *
 * @module
 */
export interface TestApi {
  describe(name: string, body: () => void): unknown
  test(name: string, body: () => unknown): unknown
  expect(value: unknown): { toEqual(expected: unknown): unknown }
}
