// Drawing on paper: one place that starts, sizes and ends a chart in the page's own colours.
import { useResizeObserver } from "@vueuse/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { onBeforeUnmount, onMounted, watch, type ShallowRef, type WatchSource } from "vue";
import { colour } from "./colour";

use([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export { colour };

export function axis() {
  return { axisLine: { lineStyle: { color: colour("--ink-faint") } }, axisLabel: { color: colour("--ink-soft"), fontSize: 11, hideOverlap: true } };
}

export function common() {
  return {
    animation: false,
    grid: { left: 8, right: 16, top: 14, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", backgroundColor: colour("--ink"), borderWidth: 0, textStyle: { color: colour("--paper"), fontSize: 12 } },
  };
}

/** Keeps `option` drawn in `place` as its sources change. */
export function useChart(place: Readonly<ShallowRef<HTMLElement | null>>, sources: WatchSource[], option: () => Record<string, unknown>, clicked?: (event: { data?: unknown }) => void) {
  let chart: EChartsType | undefined;
  const draw = () => chart?.setOption(option(), { notMerge: true });
  onMounted(() => {
    chart = init(place.value!);
    if (clicked) chart.on("click", clicked);
    draw();
  });
  onBeforeUnmount(() => chart?.dispose());
  watch(sources, draw);
  useResizeObserver(place, () => chart?.resize());
}
