/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, section 8.5).
 *
 * @module
 */
export interface Eigen {
  readonly values: Float64Array
  /** Column k, at [row * n + k], belongs to value k. */
  readonly vectors: Float64Array
}

/** The decomposition of a symmetric n x n matrix, row by row; its upper half is read. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix)
  const vectors = new Float64Array(n * n)
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 0; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate({ a, vectors, n }, p, q)
  }
  return { values: Float64Array.from({ length: n }, (_, k) => a[k * n + k]), vectors }
}

/** Sum of squares above the diagonal, 0 once it is lost beside the diagonal. */
function offDiagonal(a: Float64Array, n: number): number {
  let [off, on] = [0, 0]
  for (let row = 0; row < n; row++) {
    on += a[row * n + row] ** 2
    for (let column = row + 1; column < n; column++) off += a[row * n + column] ** 2
  }
  return off <= 1e-32 * on ? 0 : off
}

function rotate({ a, vectors, n }: { a: Float64Array; vectors: Float64Array; n: number }, p: number, q: number): void {
  const apq = a[p * n + q]
  if (apq === 0) return
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq)
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p], a[k * n + q]]
    a[k * n + p] = cosine * kp - sine * kq
    a[k * n + q] = sine * kp + cosine * kq
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k], a[q * n + k]]
    a[p * n + k] = cosine * pk - sine * qk
    a[q * n + k] = sine * pk + cosine * qk
    const [vp, vq] = [vectors[k * n + p], vectors[k * n + q]]
    vectors[k * n + p] = cosine * vp - sine * vq
    vectors[k * n + q] = sine * vp + cosine * vq
  }
}
