// Latency of every prober: the median of each bin as a line, least to most as a band, every bad request as a mark.

const MARKS = { slow: 'ring', refused: 'cross', reset: 'plus', timeout: 'triangle', tls: 'diamond', http_status: 'square', body_error: 'square', unsent: 'dip', other: 'cross' };
const MOST_AT_FIRST = 3;

const latency = { graph: null, shown: [], probers: data.latency.probers, busy: false };

/** Between two bins further apart nobody asked. */
function gapLimit(prober) { return 3 * prober.period + 0.1 * SECOND; }

/** [least, median, most] per bin in ms; null: nobody was due; NaN: nobody asked, or nobody was served. */
function series(prober) {
  const { edges } = data.latency;
  const { asked, least, median, most } = prober.bins;
  const missing = [NaN, NaN, NaN];
  let last = null;
  return median.map((middle, i) => {
    if (middle !== null) {
      last = edges[i + 1];
      return [least[i] / 1000, middle / 1000, most[i] / 1000].map((ms) => Math.max(ms, 0.001));
    }
    if (asked[i] > 0) return missing;
    const next = nextAsked(prober, i);
    return last !== null && next !== null && next - last <= gapLimit(prober) ? null : missing;
  });
}

/** Where the next bin with a request begins. */
function nextAsked(prober, from) {
  const { edges } = data.latency;
  for (let i = from; i < prober.bins.asked.length; i += 1) if (prober.bins.asked[i] > 0) return edges[i];
  return null;
}

function rowsOf(probers) {
  const { edges } = data.latency;
  const columns = probers.map(series);
  return edges.slice(0, -1).map((edge, i) => [(edge + edges[i + 1]) / 2 / SECOND, ...columns.map((column) => column[i])]);
}

/** The whole range of what is shown in ms, from a power of ten to beyond the deadline. */
function valueRange(probers) {
  const values = probers.flatMap((prober) => [...prober.bins.least, ...prober.bins.most, ...prober.bad.latency]).filter((one) => one > 0);
  const least = values.reduce((a, b) => Math.min(a, b), 1000);
  const most = values.reduce((a, b) => Math.max(a, b), 1000);
  const deadline = Math.min(...probers.map((prober) => prober.deadline));
  return [10 ** Math.floor(Math.log10(least / 1000) - 0.1), (Math.max(most, deadline) / 1000) * 1.6];
}

function valueTicks(low, high) {
  const ticks = [];
  for (let power = Math.round(Math.log10(low)); power <= Math.floor(Math.log10(high)); power += 1) {
    const ms = 10 ** power;
    ticks.push({ v: ms, label: ms < 1 ? `${Number((ms * 1000).toPrecision(3))} µs` : ms < 1000 ? `${ms} ms` : `${ms / 1000} s` });
  }
  return ticks;
}

function seriesStyle(prober) {
  const i = latency.probers.indexOf(prober);
  return { color: colour(SERIES[i % SERIES.length]), dash: DASHES[Math.floor(i / SERIES.length) % DASHES.length] };
}

function drawMark(context, kind, x, y) {
  const r = 4;
  context.beginPath();
  if (kind === 'cross') { context.moveTo(x - r, y - r); context.lineTo(x + r, y + r); context.moveTo(x - r, y + r); context.lineTo(x + r, y - r); }
  else if (kind === 'plus') { context.moveTo(x - r, y); context.lineTo(x + r, y); context.moveTo(x, y - r); context.lineTo(x, y + r); }
  else if (kind === 'triangle') { context.moveTo(x, y - r); context.lineTo(x + r, y + r); context.lineTo(x - r, y + r); context.closePath(); }
  else if (kind === 'dip') { context.moveTo(x, y + r); context.lineTo(x + r, y - r); context.lineTo(x - r, y - r); context.closePath(); }
  else if (kind === 'diamond') { context.moveTo(x, y - r); context.lineTo(x + r, y); context.lineTo(x, y + r); context.lineTo(x - r, y); context.closePath(); }
  else if (kind === 'square') context.rect(x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2);
  else context.arc(x, y, r, 0, 2 * Math.PI);
  context.stroke();
}

/** Bad requests above everything else; those that never ended at the upper edge. */
function drawBad(context, graph) {
  const area = graph.getArea();
  context.save();
  context.beginPath();
  context.rect(area.x, area.y, area.w, area.h);
  context.clip();
  context.lineWidth = 1.4;
  context.strokeStyle = colour('--down');
  for (const prober of latency.shown) {
    prober.bad.at.forEach((at, i) => {
      if (at < view.begin || at > view.end) return;
      const ended = prober.bad.latency[i];
      const y = ended === null ? area.y + 6 : graph.toDomYCoord(Math.max(ended / 1000, 0.001));
      drawMark(context, MARKS[data.latency.outcomes[prober.bad.outcome[i]]] ?? 'cross', graph.toDomXCoord(at / SECOND), Math.max(y, area.y + 6));
    });
  }
  context.restore();
}

function drawUnder(context, area, graph) {
  const stripe = (begin, end, style) => {
    const left = graph.toDomXCoord(begin / SECOND);
    const right = graph.toDomXCoord(end / SECOND);
    context.fillStyle = colour(style);
    context.fillRect(left, area.y, Math.max(right - left, 1), area.h);
  };
  for (const [begin, end] of faultStretches()) stripe(begin, end, '--shade-fault');
  for (const [begin, end] of data.notOwed) stripe(begin, end, '--shade-not-owed');
  context.fillStyle = colour('--force');
  for (const at of faultInstants()) context.fillRect(Math.round(graph.toDomXCoord(at / SECOND)) - 1, area.y, 2, area.h);
  const deadlines = new Set(latency.shown.map((prober) => prober.deadline));
  context.strokeStyle = colour('--muted');
  context.setLineDash([6, 4]);
  for (const deadline of deadlines) {
    const y = Math.round(graph.toDomYCoord(deadline / 1000)) + 0.5;
    context.beginPath();
    context.moveTo(area.x, y);
    context.lineTo(area.x + area.w, y);
    context.stroke();
  }
  context.setLineDash([]);
}

function hover(event, row) {
  const { edges } = data.latency;
  const lines = [`${sinceText(edges[row])} to ${sinceText(edges[row + 1])}`];
  for (const { name, bins } of latency.shown) {
    if (bins.asked[row] === 0) continue;
    const times = bins.median[row] === null ? 'no right answer' : `median ${lengthText(bins.median[row])} (${lengthText(bins.least[row])} to ${lengthText(bins.most[row])})`;
    lines.push(`${name}: ${times}; ${bins.asked[row]} asked, ${bins.failed[row]} bad`);
  }
  if (lines.length > 1) tip.show(lines, event.clientX, event.clientY);
  else tip.hide();
}

function graphOptions() {
  const styles = latency.shown.map(seriesStyle);
  const labels = latency.shown.map((_, i) => `s${i}`); // names come from the cluster and stay out of the library
  return {
    labels: ['t', ...labels],
    series: Object.fromEntries(styles.map((style, i) => [labels[i], { color: style.color, strokePattern: style.dash }])),
    valueRange: valueRange(latency.shown),
    dateWindow: [view.begin / SECOND, view.end / SECOND],
    customBars: true, logscale: true, connectSeparatedPoints: true, fillAlpha: 0.18, strokeWidth: 1.6, highlightCircleSize: 3,
    drawGapEdgePoints: true, pointSize: 1.6,
    gridLineColor: colour('--grid'), axisLineColor: colour('--line'), axisLabelFontSize: 12,
    rightGap: 8,
    axes: {
      x: { drawGrid: true, axisLabelWidth: 70, ticker: (low, high, width) => {
        const { ticks, decimals } = timeTicks(low, high, width, 100);
        // Beside the corner lies the lowest label of the other axis.
        return ticks.map((v) => ({ v, label: ((v - low) / (high - low)) * width < 26 ? '' : tickText(v, decimals) }));
      } },
      y: { axisLabelWidth: 52, ticker: (low, high) => valueTicks(low, high) },
    },
    underlayCallback: drawUnder,
    highlightCallback: (event, x, points, row) => hover(event, row),
    unhighlightCallback: () => tip.hide(),
    zoomCallback: (begin, end) => {
      latency.graph.updateOptions({ valueRange: valueRange(latency.shown) }, true);
      view.set(begin * SECOND, end * SECOND);
    },
  };
}

function drawLatency() {
  const box = document.getElementById('latency-chart');
  if (latency.graph) latency.graph.destroy();
  latency.graph = null;
  box.replaceChildren();
  if (latency.shown.length === 0) {
    box.append(element('p', 'missing', 'No prober is chosen.'));
    return;
  }
  const chart = element('div', 'chart-body');
  box.append(chart);
  const model = Dygraph.defaultInteractionModel;
  latency.graph = new Dygraph(chart, rowsOf(latency.shown), {
    ...graphOptions(),
    // Touch is left to the page: it scrolls.
    interactionModel: { mousedown: model.mousedown, willDestroyContextMyself: true, dblclick: () => view.reset() },
    plugins: [{ activate: () => ({ didDrawChart: (event) => drawBad(event.drawingContext, event.dygraph) }), toString: () => 'bad requests', destroy: () => {} }],
  });
}

function buildLatencyChoice() {
  const choice = document.getElementById('latency-probers');
  latency.probers.forEach((prober) => {
    const { color, dash } = seriesStyle(prober);
    const label = element('label', 'choice');
    const box = element('input');
    box.type = 'checkbox';
    box.checked = latency.shown.includes(prober);
    box.addEventListener('change', () => {
      latency.shown = latency.probers.filter((one) => (one === prober ? box.checked : latency.shown.includes(one)));
      drawLatency();
    });
    const line = drawn('svg', { width: 26, height: 10, 'aria-hidden': 'true' });
    line.append(drawn('line', { x1: 1, x2: 25, y1: 5, y2: 5, 'stroke-width': 2.5, stroke: color, 'stroke-dasharray': dash.join(' ') }));
    label.append(box, line, element('span', '', prober.name));
    choice.append(label);
  });
}

/** How faults are drawn here, in words; '' of a run that broke nothing. */
function faultWords() {
  const shaded = faultStretches().length > 0 ? 'While a fault was in force the chart is shaded. ' : '';
  return shaded + (faultInstants().length > 0 ? 'A fault that was done once is an upright line. ' : '');
}

function buildLatency() {
  // Its legend writes markup, and styles that the page's policy refuses; ours is beside the chart.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);
  if (latency.probers.every((prober) => prober.bins.asked.every((asked) => asked === 0))) return;
  document.getElementById('latency').hidden = false;
  const users = latency.probers.filter((prober) => prober.user);
  latency.shown = (users.length > 0 ? users : latency.probers).slice(0, MOST_AT_FIRST);
  document.getElementById('latency-lead').textContent =
    `Time from the planned instant of a request to its right answer: median of each bin as a line, least to most as a band. ${faultWords()}The dashed line is the deadline, beyond which an answer counts as down.`;
  buildLatencyChoice();
  buildLatencyLegend();
  drawLatency();
  view.listeners.push(() => latency.graph?.updateOptions({ dateWindow: [view.begin / SECOND, view.end / SECOND] }));
}

function buildLatencyLegend() {
  const legend = document.getElementById('latency-legend');
  const seen = new Set(latency.probers.flatMap((prober) => prober.bad.outcome));
  if (seen.size === 0) legend.append(element('span', '', 'No request was bad.'));
  for (const outcome of seen) {
    const name = data.latency.outcomes[outcome];
    const canvas = element('canvas');
    canvas.width = 28;
    canvas.height = 28;
    const context = canvas.getContext('2d');
    context.scale(2, 2);
    context.strokeStyle = colour('--down');
    context.lineWidth = 1.4;
    drawMark(context, MARKS[name] ?? 'cross', 7, 7);
    const item = element('span', 'legend-item');
    item.append(canvas, element('span', '', name.replace('_', ' ')));
    legend.append(item);
  }
  const thinned = latency.probers.filter((prober) => prober.bad.every > 1);
  for (const prober of thinned)
    legend.append(element('span', 'legend-item', `${prober.name}: one of ${prober.bad.every} of its ${prober.bad.count} bad requests is marked.`));
}
