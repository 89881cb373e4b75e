/** Attributes that hold an address. */
const addresses = new Set(['href', 'src', 'cite', 'longdesc', 'usemap']);

/** None of them runs anything in the page that shows the narrative. */
const scheme = /^(?:https?|ftp|mailto|tel|urn):/iu;
/** Pictures that are only pixels: an SVG may hold script. HL7's own narratives have a space after `data:`. */
const picture = /^data:\s*image\/(?:png|gif|jpe?g|webp|bmp|avif|tiff|x-icon)\s*[;,]/iu;

/** In a style: what runs script in some browser, and what loads something. */
const dangerous =
  /expression\s*\(|javascript:|vbscript:|@import|behaviou?r\s*:|-moz-binding|image-set\s*\(|\bsrc\s*\(/iu;
const loaded = /url\s*\(\s*(?:"([^"]*)|'([^']*)|([^)]*))/giu;

/** What is wrong with the value of an attribute, and the fix; it never repeats the value. */
export function problemOfValue(name: string, value: string): string | undefined {
  if (addresses.has(name)) return problemOfAddress(name, value);
  return name === 'style' ? problemOfStyle(value) : undefined;
}

function problemOfAddress(name: string, value: string): string | undefined {
  const trimmed = value.trim();
  // What is before a colon is a scheme, unless the path, the query or the fragment has begun.
  const [beginning = ''] = trimmed.split(/[/?#]/u, 1);
  if (!beginning.includes(':') || scheme.test(trimmed)) return undefined;
  if (name === 'src' && picture.test(trimmed)) return undefined;
  return name === 'src'
    ? 'src leads to http, https, a relative address, "#" and an id, or holds a picture (data:image/png, gif, jpeg): correct it'
    : `${name} leads to http, https, ftp, mailto, tel, urn, a relative address or "#" and an id: correct it`;
}

/**
 * A style is read with comments, since what looks like one may be within quotes, and without. Escapes are refused: XML has every
 * character. `url(…)` may hold a picture, as in HL7's own narratives: what it would load from elsewhere tells the other server
 * who is read about, and when.
 */
function problemOfStyle(value: string): string | undefined {
  if (value.includes('\\')) return 'a style has no escapes (\\): write the character itself';
  const withoutComments = value.replaceAll(/\/\*[^]*?(?:\*\/|$)/gu, '');
  for (const style of new Set([value, withoutComments])) {
    if (dangerous.test(style))
      return 'a style runs nothing and loads nothing (expression, @import, behavior, -moz-binding, javascript): remove that';
    for (const [, double, single, bare] of style.matchAll(loaded))
      if (!picture.test((double ?? single ?? bare ?? '').trim()))
        return 'url() in a style holds a picture itself (data:image/png, gif, jpeg) and leads nowhere: replace or remove it';
  }
  return undefined;
}
