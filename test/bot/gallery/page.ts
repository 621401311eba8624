import { gallery } from './gallery.ts';

/** Where docs/gallery.md has its pictures; one for a light and one for a dark screen each. */
export const PICTURES = 'docs/images/gallery';
export const SCHEMES = ['light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

export const pictureFile = (section: string, name: string, scheme: Scheme): string =>
  `${section}/${name}${scheme === 'dark' ? '-dark' : ''}.png`;

/** docs/gallery.md, which is made from the pictures' table. */
export function formatGallery(): string {
  const sections = Object.entries(gallery).map(([section, { about, pictures, title }]) => {
    const parts = Object.entries(pictures).map(([name, picture]) => {
      const at = (scheme: Scheme): string => `images/gallery/${pictureFile(section, name, scheme)}`;
      const image = `<picture><source media="(prefers-color-scheme: dark)" srcset="${at('dark')}"><img alt="${picture.title}" src="${at('light')}"></picture>`;
      return `### ${picture.title}\n\n${picture.when}\n\n${image}\n`;
    });
    return `## ${title}\n\n${about}\n\n${parts.join('\n')}`;
  });
  return `${HEAD}\n${sections.join('\n')}`;
}

const HEAD = `# Gallery

Everything that Mirror says and opens in Slack, by where it stands. The pictures are made in Chromium, on the page of \`npm run local\`, from the product's own renderers; on a dark screen you see the dark ones. Slack itself draws a little differently, and the words are the same.

\`GOLDEN=write npm test -- test/local/slack/page/gallery\` makes the pictures and this page anew. A new kind of message, answer or dialog does not compile without its picture.
`;
