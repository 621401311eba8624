import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { resolveAddress } from '../../../worker/registry/headers.ts';
import { nextPage } from '../../../worker/registry/pages.ts';

const FROM = new URL('https://registry.example/v2/a/b/tags/list?n=1000');
const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.~-]{0,12}$/);
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
/** As registries write states: percent signs, equals signs and slashes of their own. */
const query = fc.stringMatching(/^[A-Za-z0-9_.~=&%/+-]{1,60}$/);

describe('an address that a registry gave', () => {
  test('keeps its query byte for byte, absolute, by path or relative', () => {
    fc.assert(
      fc.property(path, query, (where, state) => {
        for (const address of [`https://registry.example${where}?${state}`, `${where}?${state}`]) {
          const url = resolveAddress(address, FROM);
          expect(url?.href).toBe(`https://registry.example${where}?${state}`);
        }
        expect(resolveAddress(`x${where}?${state}`, FROM)?.href).toBe(
          `https://registry.example/v2/a/b/tags/x${where}?${state}`,
        );
      }),
    );
  });

  test('without a scheme is at the other host that it names', () => {
    fc.assert(
      fc.property(part, path, (name, where) => {
        expect(resolveAddress(`//${name}.example${where}`, FROM)?.hostname.endsWith('.example')).toBe(true);
      }),
    );
  });

  test('is an address or undefined, and never an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const url = resolveAddress(text, FROM);
        expect(url === undefined || url instanceof URL).toBe(true);
      }),
    );
  });
});

describe('a Link header', () => {
  test('leads to the next page, among other links and in any order of parameters', () => {
    const other = fc.constantFrom(
      '</first>; rel="first"',
      '</prev>; rel=prev; title="next"',
      '<>; rel="self"',
    );
    fc.assert(
      fc.property(
        path,
        query,
        fc.array(other, { maxLength: 2 }),
        fc.constantFrom('rel="next"', 'rel=next', 'title="x"; rel="next"', 'REL="NEXT"'),
        (where, state, before, rel) => {
          const link = [...before, `<${where}?${state}>; ${rel}`].join(', ');
          expect(nextPage({ link }, FROM)?.href).toBe(`https://registry.example${where}?${state}`);
        },
      ),
    );
  });

  test.each(['</a>; rel="nextish"', '</a>; rel="prev"', '</a>', 'rel="next"', '<</a>>; rel=prev', ''])(
    '%s has none',
    (link) => expect(nextPage({ link }, FROM)).toBeUndefined(),
  );

  test('is read without an error and in time, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4_000 }), (link) => {
        nextPage({ link }, FROM);
      }),
    );
    const started = performance.now();
    nextPage({ link: '<'.repeat(16_000) }, FROM);
    nextPage({ link: '</a>;'.repeat(3_000) }, FROM);
    nextPage({ link: `</a>${' '.repeat(16_000)}` }, FROM);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
