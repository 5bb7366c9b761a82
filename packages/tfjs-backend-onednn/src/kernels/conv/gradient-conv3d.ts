/**
 * The gradient of the transposed convolution in three dimensions, which tfjs lacks.
 *
 * The transposed convolution is linear in both inputs, and its adjoints are the convolution and the convolution's filter gradient.
 * `tf.conv3dTranspose` is otherwise only good for inference.
 *
 * @module
 */
import { engine, getGradient, registerGradient, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'

const kernelName = 'Conv3DBackpropInputV2'

/** Registers the gradient unless there is one. */
export function registerConv3dTransposeGradient(): void {
  if (getGradient(kernelName) !== undefined) return
  registerGradient({
    kernelName,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, [dy, filter], attributes) => {
      const { strides, pad } = attributes
      const attrs = { strides, pad, dilations: 1, dataFormat: 'NDHWC' } as unknown as NamedAttrMap
      return {
        dy: () => engine().runKernel('Conv3D', { x: ddx as Tensor, filter }, attrs) as Tensor,
        filter: () =>
          engine().runKernel(
            'Conv3DBackpropFilterV2',
            { x: ddx as Tensor, dy },
            { ...attrs, filterShape: filter.shape },
          ) as Tensor,
      }
    },
  })
}
