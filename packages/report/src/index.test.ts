import { expect, it } from 'vitest'
import * as door from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(door).toSorted()).toMatchInlineSnapshot(`
    [
      "armComparisonFigure",
      "costDiceFigure",
      "costDiceTable",
      "explorer",
      "forestFigure",
      "formatInterval",
      "formatNumber",
      "ladderFigure",
      "learningCurvesFigure",
      "panelGallery",
      "paretoFigure",
      "renderReport",
      "renderSvg",
      "scatterFigure",
      "searchHistoryFigure",
      "similarityFigure",
      "sliceGallery",
      "stabilityFigure",
      "studyContourFigure",
      "studyDistributionFigure",
      "studyHistoryFigure",
      "studyImportanceFigure",
      "studyIntermediateFigure",
      "studyParallelFigure",
      "studyParetoFigure",
      "studyRankFigure",
      "studyReport",
      "studySliceFigure",
      "studyTimelineFigure",
      "sweepFigure",
      "table",
      "trainingCostFigure",
      "writeReport",
    ]
  `)
})
