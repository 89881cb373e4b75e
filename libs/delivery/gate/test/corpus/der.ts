/** The little of DER that certificates and key stores need. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, (size >> 8) & 255, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x31, ...parts);
export const octets = (value: Uint8Array): Uint8Array => tlv(4, value);
export const bits = (value: Uint8Array): Uint8Array => tlv(3, Buffer.from([0]), value);
export const contents = (value: Uint8Array): Uint8Array => tlv(0xa0, value);
export const printable = (text: string): Uint8Array => tlv(0x0c, Buffer.from(text));
export const utc = (text: string): Uint8Array => tlv(0x17, Buffer.from(text));
export const integer = (value: Uint8Array): Uint8Array =>
  tlv(2, Buffer.from(value.length > 0 && value[0]! > 127 ? [0] : []), value);

export function oid(first: number, second: number, ...rest: readonly number[]): Uint8Array {
  const base128 = (value: number): number[] =>
    value < 128 ? [value] : [...base128(value >> 7).map((byte) => byte | 128), value & 127];
  return tlv(6, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}
