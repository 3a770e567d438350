/** The page's behaviour: a cursor over the timeline that reads the figures, by pointer and by arrow keys. */
export const script = `
const svg = document.getElementById('timeline');
const readout = document.getElementById('readout');
const points = JSON.parse(document.getElementById('points').textContent);
if (svg && readout && points.length > 0) {
  const cursor = document.getElementById('cursor');
  const { from, to, left, right } = Object.fromEntries(Object.entries(svg.dataset).map(([key, value]) => [key, Number(value)]));
  let index = -1;
  const show = (next) => {
    index = Math.min(Math.max(next, 0), points.length - 1);
    const point = points[index];
    const x = left + ((point.middleMs - from) / (to - from)) * (right - left);
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    cursor.setAttribute('visibility', 'visible');
    readout.replaceChildren(...point.said.flatMap(([name, value]) => {
      const strong = document.createElement('b');
      strong.textContent = value;
      return [name + ' ', strong, '   '];
    }));
  };
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const ms = from + (((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width - left) / (right - left) * (to - from);
    let best = 0;
    points.forEach((point, at) => { if (Math.abs(point.middleMs - ms) < Math.abs(points[best].middleMs - ms)) best = at; });
    show(best);
  });
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(index + step);
  });
}
`;
