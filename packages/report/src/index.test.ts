import { expect, it } from 'vitest'
import * as door from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(door).toSorted()).toMatchInlineSnapshot(`
    [
      "costDiceFigure",
      "costDiceTable",
      "formatInterval",
      "formatNumber",
      "ladderFigure",
      "learningCurvesFigure",
      "renderReport",
      "renderSvg",
      "scatterFigure",
      "searchHistoryFigure",
      "similarityFigure",
      "sliceGallery",
      "table",
      "writeReport",
    ]
  `)
})
