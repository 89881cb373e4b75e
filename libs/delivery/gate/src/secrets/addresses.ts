import { isPassword, isRandom } from './plausible.ts';
import { matchGroup, type TextMatch } from './text-match.ts';

/** RFC 3986 § 3.2.1, of any scheme. Bounded, so that a long line without an end costs no more than one with. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'`<>\\?#]{0,120}:([^\s/@"'`<>\\]{3,300})@(?=[\w[(-])/gi;

/** `Server=…;Password=…` of ADO.NET and ODBC. */
const CONNECTION_STRING = /;\s*(?:password|pwd)\s*=\s*([^;"'`\s\\(){}]{6,200})(?=[;"'`\s\\]|$)/gi;
/** learn.microsoft.com: the keys of Azure Storage have 64 bytes, those of Service Bus, Event Hubs and IoT Hub 32. */
const AZURE_KEY = /(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{43,86}={1,2})/g;
/** RFC 7617 and 6750. */
const BASIC = /\bBasic\s+([A-Za-z0-9+/]{8,400}={0,2})/g;
const BEARER = /\bBearer\s+([A-Za-z0-9._~+/-]{20,4000}={0,2})/g;

/** Passwords in addresses, connection strings and headers; what is matched is the password alone. */
export function matchAddresses(text: string): TextMatch[] {
  return [
    ...matchGroup(text, ADDRESS, 'an address with a password', isPassword),
    ...matchGroup(text, CONNECTION_STRING, 'a connection string with a password', isPassword),
    ...matchGroup(text, AZURE_KEY, 'a connection string with a key', () => true),
    ...matchGroup(text, BASIC, 'a Basic authorization', isBasic),
    ...matchGroup(text, BEARER, 'a Bearer token', isRandom),
  ];
}

function isBasic(value: string): boolean {
  const [, password] =
    /^[\x20-\x7e]{1,100}?:([\x21-\x7e]{3,200})$/.exec(Buffer.from(value, 'base64').toString('latin1')) ?? [];
  return password !== undefined && isPassword(password);
}
