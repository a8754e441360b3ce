/**
 * Runs in the page: draws each chart into its place. Everything was decided when the page was made; here are only pixels.
 *
 * Invariant: an error is not caught, so that it reaches the browser's log and fails the picture.
 */
for (const place of document.querySelectorAll('.chart')) {
  const { options, data, lines, cells } = JSON.parse(place.querySelector('script').textContent);
  // uPlot leaves out labels of a logarithmic axis that it thinks too many; these were chosen to fit.
  for (const axis of options.axes) axis.filter = (_plot, splits) => splits;
  const hooks = {
    drawClear: [(plot) => drawCells(plot, cells)],
    draw: [(plot) => drawLines(plot, lines)],
  };
  new uPlot({ ...options, hooks, width: place.clientWidth, height: place.clientHeight }, data, place);
}

function drawCells({ ctx, valToPos }, cells) {
  for (const { from, to, bottom, top, colour } of cells) {
    const left = Math.round(valToPos(from, 'x', true));
    const upper = Math.round(valToPos(top, 'y', true));
    const width = Math.round(valToPos(to, 'x', true)) - left;
    const height = Math.round(valToPos(bottom, 'y', true)) - upper;
    ctx.fillStyle = colour;
    // A pixel between neighbours, unless the cells are so narrow that it would be a pattern of its own.
    ctx.fillRect(left, upper, width > 6 ? width - 1 : width, height - 1);
  }
}

function drawLines({ ctx, bbox, valToPos }, lines) {
  ctx.save();
  ctx.setLineDash([6, 5]);
  ctx.lineWidth = 2;
  for (const { at, colour } of lines) {
    const y = Math.round(valToPos(at, 'y', true));
    ctx.strokeStyle = colour;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
