// Charts as tables with bars: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
// Every kind of chart says its numbers; how they would be drawn is left out.

import { h } from "../dom.js";

export function chart(block) {
  const series = seriesOf(block.chart);
  const categories = block.chart.axis_config?.categories ?? series[0].data.map((point) => point.label);
  const largest = Math.max(...series.flatMap((each) => each.data.map((point) => Math.abs(point.value))), 1);
  const value = (each, label) => each.data.find((point) => point.label === label).value;
  return h(
    "table.chart",
    {},
    h("caption", {}, block.title),
    series.length > 1 &&
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          series.map((each) => h("th", { scope: "col" }, each.name)),
        ),
      ),
    h(
      "tbody",
      {},
      categories.map((label) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, label),
          series.map((each) => cell(value(each, label), largest)),
        ),
      ),
    ),
  );
}

function seriesOf({ series, segments }) {
  return series ?? [{ name: "", data: segments }];
}

function cell(value, largest) {
  const bar = h("span.bar", { "aria-hidden": "true" });
  bar.style.width = `${(Math.abs(value) / largest) * 100}%`;
  return h("td", {}, h("span.amount", {}, String(value)), h("span.bar-room", {}, bar));
}
