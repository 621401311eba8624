/** A private registry of Amazon ECR, read from the host that images are named after. */
export interface EcrHost {
  readonly host: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The control API that belongs to this spelling of the host; undefined is the Region's usual one, which the SDK knows. */
  readonly endpoint?: string;
}

/** `A.dkr.ecr.R.…`, by partition: aws, China, the European sovereign cloud, the isolated ones. */
const USUAL = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];
/** `A.dkr-ecr.R.…`: reached over IPv6 too (ECR User Guide, "Making requests over IPv6"), with the domain of its API. */
const DUAL_STACK = new Map([
  ['on.aws', 'api.aws'],
  ['on.amazonwebservices.com.cn', 'api.amazonwebservices.com.cn'],
]);
const HOST = /^([0-9]{12})\.dkr([.-])ecr(-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-[0-9])\.([a-z0-9.-]+)$/;

/** Undefined for every other host, ECR Public (`public.ecr.aws`) among them: that one is a registry like others. */
export function parseEcrHost(host: string): EcrHost | undefined {
  const [, account, joint, fips = '', region, suffix = ''] = HOST.exec(host) ?? [];
  if (account === undefined || region === undefined) return undefined;
  const found = { host, account, region };
  if (joint === '.') {
    if (!USUAL.includes(suffix)) return undefined;
    return fips ? { ...found, endpoint: `https://api.ecr-fips.${region}.${suffix}` } : found;
  }
  const api = DUAL_STACK.get(suffix);
  return api === undefined ? undefined : { ...found, endpoint: `https://ecr${fips}.${region}.${api}` };
}
