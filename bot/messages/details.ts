import { shortDigest } from '../../core/oci/digest.ts';
import { describePlatform, formatPlatform } from '../../core/oci/platform.ts';
import { formatReference, isHubOfficial } from '../../core/oci/reference.ts';
import { hostName } from '../../core/request/failure.ts';
import type { Image } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { platformWords } from './findings.ts';
import { code, type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { beforeLines } from './before.ts';
import { flagLines } from './flags.ts';
import { gateLine } from './gate.ts';
import { movedTagLines } from './moved-tag.ts';
import { besideImage } from './referrers.ts';
import { notAutoLines } from './not-auto.ts';
import { trackingLine } from './tracking.ts';
import { age, bytes, listing, plural } from './words.ts';

/** What an approver wants to know before deciding: what it is, how big, and where it goes. One fact a line. */
export function details(item: RequestItem, image: Image): readonly Mrkdwn[] {
  const { facts, plan, source, sourceDigest, target } = image;
  const about = [
    ...(isHubOfficial(source) ? ['official image'] : []),
    ...(facts?.createdAt === undefined ? [] : [`built ${age(item.createdAt - facts.createdAt)}`]),
  ];
  const lines = [
    mrkdwn`*Source*  ${code(formatReference(source))}${about.map((word) => ` · ${word}`).join('')}`,
  ];
  if (sourceDigest && facts) {
    lines.push(mrkdwn`*Digest*  ${code(shortDigest(sourceDigest))} · ${contents(image)}`);
    lines.push(...chosen(image));
    lines.push(mrkdwn`*Size*  ${sizes(item, image)}`);
  }
  const repository = plan?.createsRepository ? 'new repository ' : '';
  const settings = settingWords(plan);
  lines.push(
    mrkdwn`*Target*  ${repository}${code(target.repository)} in ${target.destination} (${target.account}, ${target.region})${settings}`,
    ...movedTagLines(image),
    ...trackingLine(image),
    ...notAutoLines(image),
    ...(image.rule?.gate ? [gateLine(image.rule.gate)] : []),
    ...beforeLines(image, item.createdAt),
    ...flagLines(image),
  );
  return lines;
}

/** `: immutable tags, scan on push`: what a new repository gets. */
function settingWords(plan: Image['plan']): string {
  const { settings } = plan ?? {};
  if (!settings) return '';
  const { encryption, scanOnPush, tagMutability } = settings;
  const words = [
    tagMutability.startsWith('IMMUTABLE') ? 'immutable tags' : 'tags that move',
    scanOnPush ? 'scan on push' : 'no scan on push',
    ...(encryption === undefined ? [] : [`encrypted with ${encryption}`]),
  ];
  return `: ${words.join(', ')}`;
}

/** `, 48 MB for linux/amd64, arm64, which team shop runs`, where that is not all of it. */
function teamSize(item: RequestItem, { facts, teamPlatforms = [] }: Image): string {
  if (!facts || facts.platforms.length < 2) return '';
  // `linux/arm64` stands for its variants too: what it runs on is one of them.
  const isTeams = (platform: string): boolean =>
    teamPlatforms.some((each) => platform === each || platform.startsWith(`${each}/`));
  const run = facts.platforms.filter(({ platform }) => isTeams(formatPlatform(platform)));
  if (run.length === 0 || run.length === facts.platforms.length) return '';
  const sum = run.reduce((all, { sizeBytes }) => all + sizeBytes, 0);
  const names = run.map(({ platform }) => formatPlatform(platform));
  return `, ${bytes(sum)} for ${platformWords(names)}, which team ${item.team} runs`;
}

/** Compressed size of what one machine pulls: the largest platform's. */
export function sizeOfOne({ facts }: Image): number {
  const sizes = facts?.platforms.map(({ sizeBytes }) => sizeBytes) ?? [];
  return sizes.length ? Math.max(...sizes) : (facts?.sizeBytes ?? 0);
}

/** `7 platforms, 2 attestations · +1 signature, 2 SBOMs`. */
function contents(image: Image): string {
  const { facts } = image;
  if (!facts) return '';
  const names = facts.platforms.map(({ platform }) => describePlatform(platform));
  const platforms =
    names.length === 0
      ? 'no platform named'
      : names.length > 3
        ? plural(names.length, 'platform')
        : platformWords(names);
  const inside = facts.attestations ? plural(facts.attestations, 'attestation') : 'no attestation';
  return `${platforms}, ${inside}${besideImage(image)}`;
}

/** Where platforms were chosen, ECR gets another digest than the source has, and who decides must know. */
function chosen({ platforms = [], sourceDigest, targetDigest }: Image): readonly Mrkdwn[] {
  if (!targetDigest || targetDigest === sourceDigest) return [];
  const what =
    platforms.length === 1
      ? `only ${platforms[0]}, as it is`
      : `a new index of ${listing(platforms)}: a digest of its own, which no signature of the whole image fits`;
  return [mrkdwn`*In ECR*  ${code(shortDigest(targetDigest))} · ${what}`];
}

/** `24 MB a platform, 168 MB in all · 107 MB to copy, 61 MB already in ECR · 9 of Docker Hub's 200 pulls used`. */
function sizes(item: RequestItem, image: Image): string {
  const { facts, plan, source } = image;
  if (!facts) return '';
  const parts = [
    facts.platforms.length > 1
      ? `${bytes(sizeOfOne(image))} a platform, ${bytes(facts.sizeBytes)} in all${teamSize(item, image)}`
      : bytes(facts.sizeBytes),
  ];
  if (plan) {
    const present = plan.presentBytes ? `, ${bytes(plan.presentBytes)} already in ECR` : '';
    parts.push(
      plan.missingBytes ? `${bytes(plan.missingBytes)} to copy${present}` : 'all of it already in ECR',
    );
    const { cost, limit, remaining } = plan.pulls ?? { cost: 0 };
    const left = remaining === undefined ? '' : `, ${remaining} left`;
    if (limit !== undefined)
      parts.push(`${cost} of ${hostName(source.registry)}'s ${limit} pulls used${left}`);
  }
  return parts.join(' · ');
}
