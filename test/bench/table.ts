import type { Row } from './rounds.ts';

/** One course's rows as a markdown table. */
export function table(title: string, rows: readonly Row[]): string {
  const others = ['floor', 'skopeo', 'crane'].filter((other) => rows.some(({ ratios }) => ratios[other]));
  const head = ['', 'wall s', 'cpu s', 'RSS MB', 'source', 'target'];
  const compared = others.flatMap((other) => [`wall/${other}`, `cpu/${other}`]);
  const lines = rows.map(({ name, cost, ratios, failed }) => {
    if (!cost) return [name, failed > 0 ? `failed ${failed}x` : 'not run'];
    const own = [
      cost.wall.toFixed(3),
      cost.cpu.toFixed(3),
      cost.rssMB.toFixed(0),
      cost.sourceRequests.toFixed(0),
      cost.targetRequests.toFixed(0),
    ];
    const paired = others.flatMap((other) => {
      const ratio = ratios[other];
      return ratio ? [ratio.wall.toFixed(2), ratio.cpu.toFixed(2)] : ['', ''];
    });
    return [failed > 0 ? `${name} (failed ${failed}x)` : name, ...own, ...paired];
  });
  const columns = [...head, ...compared];
  const text = [columns, columns.map(() => '---'), ...lines].map((cells) => {
    const padded = columns.map((_column, n) => cells[n] ?? '');
    return `| ${padded.join(' | ')} |`;
  });
  return `### ${title}\n\n${text.join('\n')}\n`;
}
