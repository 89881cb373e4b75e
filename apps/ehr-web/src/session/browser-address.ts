import { BlockList, isIP } from 'node:net';
import { headers } from 'next/headers';
import { readConfig } from '../config/read-config.ts';

/**
 * Where the browser is that is answered, for the audit: the last address of the chain that is none of our proxies. Where the
 * server is started by `start/main.ts` the chain ends with the address that the connection came from.
 */
export async function browserAddress(): Promise<string | undefined> {
  return clientOf((await headers()).get('x-forwarded-for') ?? '', readConfig().trustedProxies);
}

/** @param trusted addresses and ranges of proxies: `10.0.0.0/8` */
export function clientOf(chain: string, trusted: readonly string[]): string | undefined {
  const own = new BlockList();
  for (const range of trusted) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) own.addAddress(address, family);
    else own.addSubnet(address, Number(bits), family);
  }
  const addresses = chain.split(',').map((one) => one.trim().replace(/^::ffff:(?=\d+\.)/iu, ''));
  const isOurs = (one: string) => isIP(one) !== 0 && own.check(one, isIP(one) === 6 ? 'ipv6' : 'ipv4');
  const found = addresses.findLast((one) => !isOurs(one));
  return found === undefined || isIP(found) === 0 ? undefined : found;
}
