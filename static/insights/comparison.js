/* Charts of the comparison. The table below each chart holds the same figures, so without script nothing is lost.
 * Tooltips are drawn on the canvas: the content policy allows no inline style. Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const GRADES = { good: "#1d6b3a", fairly_good: "#4f81b0", average: "#d39a2c", poor: "#a3211b" };
  const YEARS = ["#8d8377", "#1d4f80"];
  const font = getComputedStyle(document.body).fontFamily;

  function series(one, index) {
    const isStacked = Boolean(one.stack);
    return {
      type: "bar",
      name: one.name,
      stack: one.stack,
      data: one.data.map((value) => (value === null ? "-" : Number(value))),
      itemStyle: { color: isStacked ? GRADES[one.kind] : YEARS[index % 2], borderColor: "#fff", borderWidth: 1 },
      label: { show: true, position: isStacked ? "inside" : "top", formatter: (p) => (p.value === 0 || p.value === "-" ? "" : p.value) },
      barMaxWidth: 34,
    };
  }

  /* Scores lie close together: points on a cut axis, since bars must start at nought. */
  function points(one, index) {
    return Object.assign(series(one, index), {
      type: "scatter", symbol: index % 2 ? "diamond" : "circle", symbolSize: 14,
      label: { show: innerWidth > 700, position: index % 2 ? "right" : "left", formatter: (p) => (p.value === "-" ? "" : p.value) },
    });
  }

  function draw(box) {
    const chart = charts[box.dataset.chart];
    const made = echarts.init(box, null, { renderer: "canvas" });
    made.setOption({
      animation: false,
      aria: { enabled: true, decal: { show: true } },
      textStyle: { fontFamily: font, fontSize: 13 },
      legend: { type: "scroll", top: 0 },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText" },
      grid: { left: 12, right: 12, top: 44, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: chart.labels, axisLabel: { interval: 0 } },
      yAxis: { type: "value", name: chart.unit, minInterval: chart.kind === "points" ? 0 : 1, scale: chart.kind === "points" },
      series: chart.series.map(chart.kind === "points" ? points : series),
    });
    return made;
  }

  const made = Array.from(document.querySelectorAll("[data-chart]"), draw);
  const fit = () => made.forEach((chart) => chart.resize());
  window.addEventListener("resize", fit);
})();
