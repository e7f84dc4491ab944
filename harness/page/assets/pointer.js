// Mouse, touch and keys on the timeline: zoom, pan, values.

/** The stretch of a lane at an instant, or a broken one within a few pixels of it. */
function stretchAt(lane, micros) {
  const near = ((view.end - view.begin) / timeline.width) * 3;
  let found = null;
  for (const stretch of lane.stretches) {
    if (stretch[0] > micros + near) break;
    if (stretch[1] < micros - near) continue;
    const inside = stretch[0] <= micros && stretch[1] >= micros;
    const broken = ['down', 'mixed', 'done'].includes(stretch[2]);
    if (broken) return stretch;
    if (inside) found = stretch;
  }
  return found;
}

function laneLines(lane, micros) {
  const lines = [lane.name, `at ${sinceText(micros)}`];
  const stretch = stretchAt(lane, micros);
  if (!stretch) return [...lines, 'nobody looked'];
  lines.push(stateText(stretch), `${sinceText(stretch[0])} to ${sinceText(stretch[1])} (${lengthText(stretch[1] - stretch[0])})`);
  if (stretch.length > 4) {
    // Of servers: how many of all answers were theirs.
    const ofServers = /ackends|answer/.test(lane.group ?? '');
    lines.push(ofServers ? `${stretch[4] - stretch[5]} of ${stretch[4]} answers` : `${stretch[5]} bad of ${stretch[4]} requests`);
  }
  return lines;
}

function plotX(event) {
  return event.clientX - timeline.axis.getBoundingClientRect().left;
}

function showAt(event) {
  const x = plotX(event);
  const row = timeline.rows.find((one) => one.row.contains(event.target));
  const outside = x < 0 || x > timeline.width;
  timeline.cursor.setAttribute('x1', outside ? -9 : x);
  timeline.cursor.setAttribute('x2', outside ? -9 : x);
  if (!row || outside) return tip.hide();
  return tip.show(laneLines({ ...row.lane, group: row.group.name }, timeline.time(x)), event.clientX, event.clientY);
}

function listenToPointer() {
  const { root } = timeline;
  let start = null; // {x, begin, end, touch, moved}
  root.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || plotX(event) < 0) return;
    start = { x: plotX(event), begin: view.begin, end: view.end, touch: event.pointerType !== 'mouse', moved: false };
  });
  root.addEventListener('pointermove', (event) => {
    if (!start) return showAt(event);
    const x = plotX(event);
    start.moved = start.moved || Math.abs(x - start.x) > 6;
    if (!start.moved) return undefined;
    tip.hide();
    if (start.touch) {
      const by = ((start.x - x) / timeline.width) * (start.end - start.begin);
      return view.set(start.begin + by, start.end + by);
    }
    timeline.selection.setAttribute('x', Math.min(x, start.x));
    timeline.selection.setAttribute('width', Math.abs(x - start.x));
    return undefined;
  });
  window.addEventListener('pointerup', (event) => {
    if (!start) return;
    const { x, moved, touch } = start;
    start = null;
    if (!moved) showAt(event);
    else if (!touch) view.set(timeline.time(Math.min(x, plotX(event))), timeline.time(Math.max(x, plotX(event))));
  });
  window.addEventListener('pointercancel', () => { start = null; });
  root.addEventListener('pointerleave', (event) => {
    // A finger leaves with every tap: what it asked for stays until the page moves on.
    if (start || event.pointerType !== 'mouse') return;
    tip.hide();
    timeline.cursor.setAttribute('x1', -9);
    timeline.cursor.setAttribute('x2', -9);
  });
  window.addEventListener('scroll', () => tip.hide(), { passive: true });
  root.addEventListener('dblclick', () => view.reset());
  root.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    view.zoom(event.deltaY > 0 ? 1.25 : 0.8, timeline.time(plotX(event)));
  }, { passive: false });
  const keys = { '+': () => view.zoom(0.5), '-': () => view.zoom(2), 0: () => view.reset(), ArrowLeft: () => view.move(-0.2), ArrowRight: () => view.move(0.2) };
  root.addEventListener('keydown', (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
