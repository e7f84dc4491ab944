// The timeline: a lane for each part of the cluster, one axis of time above them, phases as lines across all of them.

const STATES = {
  up: 'served',
  down: 'not served',
  maybe: 'between two looks: either',
  mixed: 'up and down, too often to draw',
  force: 'fault in force',
  done: 'fault, done once',
  mending: 'until its target was proven to work again',
  leads: 'leads',
  follows: 'follows',
  idle: 'there, not in use',
};
// Shape tells as much as colour: what is well is thin, what is broken is as high as its lane.
const SHAPES = {
  up: [7, 4], follows: [7, 4], idle: [8, 2], leads: [4, 10], force: [1, 16], done: [0, 18], mending: [8, 2], down: [1, 16], maybe: [1, 16], mixed: [1, 16],
};
const LANE_HEIGHT = 18;
const FLAG_HEIGHT = 16;

const timeline = {
  root: document.getElementById('lanes'),
  rows: [], // {lane, group, svg, label}
  axis: null,
  overlay: null,
  width: 0,

  x(micros) { return ((micros - view.begin) / (view.end - view.begin)) * this.width; },
  time(x) { return view.begin + (x / this.width) * (view.end - view.begin); },
};

function stateText(stretch) {
  return stretch[3] || STATES[stretch[2]];
}

/** Patterns that all lanes refer to. */
function patterns() {
  const defs = drawn('defs');
  for (const [name, turn] of [['maybe', 45], ['mixed', 135]]) {
    const pattern = drawn('pattern', { id: `hatch-${name}`, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${turn})` });
    pattern.append(drawn('rect', { width: 5, height: 5, class: `hatch-ground-${name}` }), drawn('rect', { width: 2.5, height: 5, class: `hatch-line-${name}` }));
    defs.append(pattern);
  }
  const svg = drawn('svg', { width: 0, height: 0, class: 'defs', 'aria-hidden': 'true' });
  svg.append(defs);
  return svg;
}

function buildTimeline() {
  const { root } = timeline;
  if (data.groups.length === 0) return;
  document.getElementById('timeline').hidden = false;
  document.getElementById('timeline-lead').textContent =
    `Seconds since ${data.axis.fromT0 ? 'T0, when the fault came into force' : 'the probers began'}. ` +
    'Where nothing is drawn but the dotted line, nobody looked. Drag to zoom, double-click for the whole run, hover or tap for values.';
  root.append(patterns());
  const head = element('div', 'lane lane-axis');
  timeline.axis = drawn('svg', { class: 'plot' });
  head.append(element('div', 'lane-label', data.axis.fromT0 ? 'time since T0, s' : 'time, s'), timeline.axis);
  root.append(head);
  for (const group of data.groups) {
    const title = element('div', 'lane-group', group.name);
    if (group.note) title.append(element('span', 'lane-note', group.note));
    root.append(title);
    for (const lane of group.lanes) root.append(buildLane(group, lane));
  }
  timeline.overlay = drawn('svg', { class: 'overlay', 'aria-hidden': 'true' });
  root.append(timeline.overlay);
  buildTools();
  buildLegend();
  listenToPointer();
  view.listeners.push(drawTimeline);
}

function buildLane(group, lane) {
  const row = element('div', 'lane');
  row.dataset.group = group.name;
  row.dataset.lane = lane.name;
  const label = element('div', 'lane-label', lane.name);
  label.title = lane.name;
  if (lane.note) label.append(element('span', 'lane-note', lane.note));
  const svg = drawn('svg', { class: 'plot', height: LANE_HEIGHT, role: 'img', 'aria-label': `${lane.name}: ${describeLane(lane)}` });
  row.append(label, svg);
  timeline.rows.push({ lane, group, svg, row });
  return row;
}

/** For those who cannot see it. */
function describeLane(lane) {
  const bad = lane.stretches.filter((stretch) => ['down', 'mixed', 'force', 'done'].includes(stretch[2]));
  if (lane.stretches.length === 0) return 'not seen';
  if (bad.length === 0) return 'nothing wrong was seen';
  const told = bad.slice(0, 5).map((stretch) => `${stateText(stretch)} from ${sinceText(stretch[0])} to ${sinceText(stretch[1])}`);
  return told.join('; ') + (bad.length > 5 ? `; and ${bad.length - 5} more` : '');
}

function buildTools() {
  const tools = document.getElementById('timeline-tools');
  const add = (text, title, act) => {
    const button = element('button', '', text);
    button.type = 'button';
    button.title = title;
    button.addEventListener('click', act);
    tools.append(button);
  };
  add('Whole run', 'Show everything (0)', () => view.reset());
  if (data.axis.fromT0) add('Around the fault', 'From 5 s before T0 to 30 s after it', () => view.set(-5 * SECOND, 30 * SECOND));
  add('+', 'Zoom in (+)', () => view.zoom(0.5));
  add('−', 'Zoom out (-)', () => view.zoom(2));
  add('◀', 'Earlier (arrow left)', () => view.move(-0.4));
  add('▶', 'Later (arrow right)', () => view.move(0.4));
  tools.append(element('span', 'range'));
}

function buildLegend() {
  const used = new Set(data.groups.flatMap((group) => group.lanes.flatMap((lane) => lane.stretches.map((one) => one[2]))));
  const legend = document.getElementById('timeline-legend');
  const add = (state, text) => {
    const item = element('span', 'legend-item');
    const svg = drawn('svg', { width: 26, height: LANE_HEIGHT, 'aria-hidden': 'true' });
    svg.append(drawn('line', { x1: 0, x2: 26, y1: 9, y2: 9, class: 'unseen' }));
    if (state) svg.append(drawn('rect', { x: 2, width: 22, y: SHAPES[state][0], height: SHAPES[state][1], class: `s-${state}` }));
    item.append(svg, element('span', '', text));
    legend.append(item);
  };
  for (const [state, text] of Object.entries(STATES)) if (used.has(state)) add(state, text);
  add(null, 'not seen');
}

/** Of what is narrower than a pixel only the worst is drawn. */
function drawLane({ lane, svg }) {
  const { width } = timeline;
  const parts = [drawn('line', { x1: 0, x2: width, y1: 9, y2: 9, class: 'unseen' })];
  let last = { x: -1, state: '' };
  for (const stretch of lane.stretches) {
    const [begin, end, state] = stretch;
    if (end < view.begin || begin > view.end) continue;
    const left = Math.max(-2, timeline.x(begin));
    const right = Math.min(width + 2, timeline.x(end));
    // An instant is as wide as it has to be to be seen.
    const least = { down: 2, mixed: 2, done: 4 }[state] ?? 0.75;
    if (right - left < 0.75 && Math.floor(left) === last.x && state === last.state) continue;
    last = { x: Math.floor(left), state };
    const [y, height] = SHAPES[state];
    const box = { x: left.toFixed(2), width: Math.max(right - left, least).toFixed(2), y, height, class: `s-${state}` };
    const rect = drawn('rect', box);
    // What is broken lies above what is well, and is never hidden by it.
    parts.push(rect);
    const text = stretch[3];
    if (text && (state === 'leads' || state === 'force') && right - left > text.length * 6.2 + 10)
      parts.push(drawn('text', { x: (Math.max(left, 0) + 5).toFixed(1), y: state === 'leads' ? 12.5 : 13, class: `t-${state}` }, text));
  }
  svg.setAttribute('viewBox', `0 0 ${width} ${LANE_HEIGHT}`);
  svg.replaceChildren(...parts);
}

/** Phases that are in view, with those of one name that would lie over each other as one. */
function visiblePhases() {
  const flags = [];
  for (const phase of data.phases) {
    const x = phase.upper === null ? -1 : timeline.x(phase.upper);
    if (x < 0 || x > timeline.width) continue; // out of view, or not seen until the end
    const same = flags.find((flag) => flag.id === phase.id && Math.abs(flag.x - x) < 26);
    if (same) same.phases.push(phase);
    else flags.push({ id: phase.id, x, phases: [phase] });
  }
  return flags.sort((a, b) => a.x - b.x);
}

function drawAxis() {
  const { width, axis } = timeline;
  const parts = [];
  const flags = visiblePhases();
  const rowEnds = [];
  for (const flag of flags) {
    flag.text = flag.phases.length > 1 ? `${flag.id}×${flag.phases.length}` : flag.id;
    const size = flag.text.length * 7.5 + 8;
    flag.left = Math.min(flag.x, width - size);
    flag.size = size;
    let row = rowEnds.findIndex((end) => end < flag.left);
    if (row < 0) row = rowEnds.push(0) - 1;
    rowEnds[row] = flag.left + size + 3;
    flag.row = row;
  }
  const flagsHeight = Math.max(1, rowEnds.length) * FLAG_HEIGHT;
  for (const flag of flags) {
    const y = flag.row * FLAG_HEIGHT;
    const mark = drawn('g', { class: 'flag' });
    mark.append(drawn('rect', { x: flag.left, y: y + 1, width: flag.size, height: FLAG_HEIGHT - 2, rx: 2 }),
      drawn('text', { x: flag.left + 4, y: y + 12 }, flag.text));
    mark.addEventListener('pointermove', (event) => {
      event.stopPropagation();
      tip.show(flag.phases.flatMap(phaseLines), event.clientX, event.clientY);
    });
    mark.addEventListener('pointerleave', () => tip.hide());
    const down = { x1: flag.x, x2: flag.x, y1: y + FLAG_HEIGHT - 1, y2: flagsHeight };
    parts.push(drawn('line', { ...down, class: 'line-phase' }), mark);
  }
  const { ticks, decimals } = timeTicks(view.begin / SECOND, view.end / SECOND, width);
  for (const tick of ticks) {
    const x = timeline.x(tick * SECOND);
    const text = tickText(tick, decimals);
    const half = text.length * 3.4;
    const anchor = x < half ? 'start' : x > width - half ? 'end' : 'middle';
    parts.push(drawn('line', { x1: x, x2: x, y1: flagsHeight, y2: flagsHeight + 4, class: 'tick' }),
      drawn('text', { x, y: flagsHeight + 16, 'text-anchor': anchor, class: 'tick-text' }, text));
  }
  axis.setAttribute('height', flagsHeight + 20);
  axis.setAttribute('viewBox', `0 0 ${width} ${flagsHeight + 20}`);
  axis.replaceChildren(...parts);
  return flags;
}

function phaseLines(phase) {
  const lines = [`${phase.id} ${phase.what}`, `${sinceText(phase.lower)} to ${sinceText(phase.upper)}`];
  if (phase.about) lines.push(`of ${phase.about}`);
  return lines;
}

function drawOverlay(flags) {
  const { overlay, root, width } = timeline;
  const left = timeline.axis.getBoundingClientRect().left - root.getBoundingClientRect().left;
  const height = root.clientHeight;
  overlay.style.left = `${left}px`;
  overlay.setAttribute('width', width);
  overlay.setAttribute('height', height);
  overlay.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const parts = [];
  const shade = (begin, end, kind) => {
    const from = Math.max(0, timeline.x(begin));
    const to = Math.min(width, timeline.x(end));
    if (to > from) parts.push(drawn('rect', { x: from, width: to - from, y: 0, height, class: kind }));
  };
  for (const [begin, end] of faultStretches()) shade(begin, end, 'shade-fault');
  for (const [begin, end] of data.notOwed) shade(begin, end, 'shade-not-owed');
  for (const flag of flags) {
    for (const phase of flag.phases) {
      const x = timeline.x(phase.upper);
      parts.push(drawn('line', { x1: x, x2: x, y1: 0, y2: height, class: phase.id === 'T0' ? 'line-t0' : 'line-phase' }));
    }
  }
  timeline.cursor = drawn('line', { y1: 0, y2: height, x1: -9, x2: -9, class: 'line-cursor' });
  timeline.selection = drawn('rect', { y: 0, height, x: 0, width: 0, class: 'selection' });
  overlay.replaceChildren(...parts, timeline.selection, timeline.cursor);
}

function drawTimeline() {
  if (!timeline.axis) return;
  timeline.width = Math.max(120, Math.round(timeline.axis.getBoundingClientRect().width));
  const flags = drawAxis();
  for (const row of timeline.rows) drawLane(row);
  drawOverlay(flags);
  document.querySelector('#timeline-tools .range').textContent = `${sinceText(view.begin)} to ${sinceText(view.end)}`;
  timeline.root.classList.toggle('zoomed', !view.whole);
}
