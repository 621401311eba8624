/** IPv4 addresses of each block that is not public, and the two that only look it. */
const V4 = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.64.0.1',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
] as const;

/** IPv6 of each block that is not public; those of ::1 in many spellings. */
const V6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  '::0001',
  '0::1',
  '::0:1',
  '0:0::1',
  '::1%lo',
  '::1%25lo',
  'fe80::1',
  'fe80::1%eth0',
  'fe80::1%25eth0',
  'febf::1',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'FD00:EC2::254',
  'fdff:ffff::1',
  'ff02::1',
  'ff05::1:3',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:10::1',
  '2001:db8::1',
  '3fff::1',
  '5f00::1',
  '64:ff9b:1::1',
  '4000::1',
  '::ffff:0:0',
  '::ffff:0:1',
];

/** Names that a resolver of an inner network would know. */
const NAMES = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'sub.localhost',
  'loc\u00adalhost',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'localhost。',
  'localhost.localdomain',
  'ip6-localhost',
  'metadata',
  'metadata.google.internal',
  'metadata.google.internal.',
  'instance-data.ec2.internal',
  'kubernetes.default.svc',
  'host.docker.internal',
  '127.0.0.1.nip.io',
  '127-0-0-1.sslip.io',
  '7f000001.nip.io',
  'localtest.me',
  'rebind.example',
  'router.lan',
  'db.corp.example',
  'xn--e1afmkfd.example',
  'пример.example',
  'a.b.c.d.e.f.example',
  '_srv.example',
  '1.2.3.4.5',
  '0x7f.example',
  'evil.example%2f@localhost',
];

/** A public name in front of, or behind, what is meant; some are no address at all. */
const TRICKS = [
  'registry.example@127.0.0.1',
  'registry.example:443@127.0.0.1',
  'registry.example%40127.0.0.1',
  'user:pass@127.0.0.1',
  ':pass@127.0.0.1',
  '@127.0.0.1',
  '127.0.0.1@registry.example',
  '127.0.0.1:80@registry.example',
  'registry.example\\@127.0.0.1',
  '127.0.0.1\\@registry.example',
  '127.0.0.1#@registry.example',
  '127.0.0.1?@registry.example',
  '127.0.0.1%23@registry.example',
  'registry.example%00.127.0.0.1',
  '127.0.0.1%00registry.example',
  '127.0.0.1%0d%0aregistry.example',
  '\t127.0.0.1',
  '127.0.0.1\u200b',
  '127.\u200d0.0.1',
  '[127.0.0.1]',
  '[::1]@registry.example',
  'registry.example@[::1]',
  '[::1',
  '::1',
  '//127.0.0.1',
  '/127.0.0.1',
  '127.0.0.1/..',
  '127.1.',
  '127..1',
  '.127.0.0.1',
];

/** Hosts as somebody could write them who wants to get inside. All of them, each once. */
export function innerSpellings(): readonly string[] {
  const literals = V4.flatMap(spellingsOf);
  const six = V6.map((address) => `[${address}]`);
  return [...new Set([...literals, ...six, ...NAMES, ...TRICKS])];
}

function spellingsOf(address: string): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const hex = number.toString(16).padStart(8, '0');
  const [high, low] = [hex.slice(0, 4), hex.slice(4)];
  const each = (spell: (part: number) => string, dot = '.'): string => [a, b, c, d].map(spell).join(dot);
  const octal = (part: number): string => `0${part.toString(8)}`;
  return [
    address,
    `${address}.`,
    String(number),
    `0x${hex}`,
    `0X${hex.toUpperCase()}`,
    `0${number.toString(8)}`,
    each((part) => `0x${part.toString(16)}`),
    each(octal),
    each((part) => `000${octal(part)}`),
    `0x${a.toString(16)}.${octal(b)}.${c}.${d}`,
    `${a}.${b}.${(c << 8) | d}`,
    `${a}.${(b << 16) | (c << 8) | d}`,
    `0x${a.toString(16)}.0x${((b << 16) | (c << 8) | d).toString(16)}`,
    address.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    address.replace(/[0-9]/g, (digit) =>
      digit === '0' ? '⓪' : String.fromCodePoint(0x2460 + Number(digit) - 1),
    ),
    address.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit))),
    each(String, '。'),
    each(String, '．'),
    each(String, '｡'),
    [...address].map((sign) => `%${(sign.codePointAt(0) ?? 0).toString(16)}`).join(''),
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[::FFFF:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${high}:${low}]`,
    `[::${address}]`,
    `[::${high}:${low}]`,
    `[::ffff:0:${address}]`,
    `[2002:${high}:${low}::]`,
    `[2002:${high}:${low}::1]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${high}:${low}]`,
    `[64:ff9b:1::${high}:${low}]`,
    `[2001:0:${high}:${low}::1]`,
  ];
}
