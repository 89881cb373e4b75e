import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { problemOfNarrative } from './problem-of-narrative.ts';

const div = (content: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>`;

/** https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html and what became known since. */
const attacks = [
  `<script>alert(1)</script>`,
  `<ScRiPt>alert(1)</sCrIpT>`,
  `<script src="https://evil.test/x.js"></script>`,
  `<script/src="https://evil.test/x.js"/>`,
  `<script\n>alert(1)</script>`,
  `<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>`,
  `<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
  `<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:script>alert(1)</svg:script></svg:svg>`,
  `<svg onload="alert(1)"/>`,
  `<math><mi xlink:href="javascript:alert(1)">x</mi></math>`,
  `<b/script>alert(1)</b>`,
  `<<script>alert(1)//<</script>`,
  `<script>alert(1)</script`,
  `<scr<script>ipt>alert(1)</scr</script>ipt>`,
  `\\";alert(1);//<script>x</script>`,
  `</title><script>alert(1)</script>`,
  `</div><script>alert(1)</script><div>`,
  `<a href="javascript:alert(1)">x</a>`,
  `<a href="JaVaScRiPt:alert(1)">x</a>`,
  `<a href=" javascript:alert(1)">x</a>`,
  `<a href="&#14;javascript:alert(1)">x</a>`,
  `<a href="&#1;javascript:alert(1)">x</a>`,
  `<a href="\u0001javascript:alert(1)">x</a>`,
  `<a href="\u0000javascript:alert(1)">x</a>`,
  `<a href="java\u0000script:alert(1)">x</a>`,
  `<a href="jav\tascript:alert(1)">x</a>`,
  `<a href="jav&#9;ascript:alert(1)">x</a>`,
  `<a href="jav&#x0A;ascript:alert(1)">x</a>`,
  `<a href="jav&#13;ascript:alert(1)">x</a>`,
  `<a href="javascript\n:alert(1)">x</a>`,
  `<a href="javascript&#58;alert(1)">x</a>`,
  `<a href="javascript&#x3a;alert(1)">x</a>`,
  `<a href="&#x6A&#x61&#x76&#x61script:alert(1)">x</a>`,
  `<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>`,
  `<a href="&#0000106;avascript:alert(1)">x</a>`,
  `<a href="javascript&colon;alert(1)">x</a>`,
  `<a href="\u00a0javascript:alert(1)">x</a>`,
  `<a href="\ufeffjavascript:alert(1)">x</a>`,
  `<a href="&zwnj;javascript:alert(1)">x</a>`,
  `<a href="javascript://%0aalert(1)">x</a>`,
  `<a href="vbscript:msgbox(1)">x</a>`,
  `<a href="livescript:alert(1)">x</a>`,
  `<a href="feed:javascript:alert(1)">x</a>`,
  `<a href="view-source:javascript:alert(1)">x</a>`,
  `<a href="blob:https://evil.test/1">x</a>`,
  `<a href="file:///etc/passwd">x</a>`,
  `<a href="filesystem:https://evil.test/x">x</a>`,
  `<a href="data:text/html,&lt;script>alert(1)&lt;/script>">x</a>`,
  `<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>`,
  `<a href="data:image/png;base64,AAAA">x</a>`,
  `<a onmouseover="alert(1)">x</a>`,
  `<a ONCLICK="alert(1)" href="#">x</a>`,
  `<a onclick\n="alert(1)">x</a>`,
  `<a/onclick="alert(1)">x</a>`,
  `<map name="m"><area href="javascript:alert(1)"/></map>`,
  `<q cite="javascript:alert(1)">x</q>`,
  `<img src="javascript:alert(1)"/>`,
  `<img src=javascript:alert(1) />`,
  `<img src="x" onerror="alert(1)"/>`,
  `<img """><script>alert(1)</script>"/>`,
  `<img src=x:alert(alt) onerror=eval(src) alt=xss />`,
  `<img src="data:image/svg+xml,&lt;svg onload='alert(1)'/>"/>`,
  `<img src="data:image/svg+xml;base64,PHN2Zz4=" />`,
  `<img src="data:text/html,x"/>`,
  `<img src="data:;base64,AAAA"/>`,
  `<img dynsrc="javascript:alert(1)"/>`,
  `<img lowsrc="javascript:alert(1)"/>`,
  `<img longdesc="javascript:alert(1)" src="#a"/>`,
  `<img srcset="x" src="#a"/>`,
  `<input type="image" src="javascript:alert(1)"/>`,
  `<table background="javascript:alert(1)"><tr><td>x</td></tr></table>`,
  `<td background="javascript:alert(1)">x</td>`,
  `<div style="background-image: url(javascript:alert(1))">x</div>`,
  `<div style="background-image: url(&#1;javascript:alert(1))">x</div>`,
  `<div style="background-image:\\0075\\0072\\006C\\0028'\\006a\\0061\\0076\\0061script:alert(1)'\\0029">x</div>`,
  `<div style="background: u\\rl(https://evil.test/x)">x</div>`,
  `<div style="background: url('https://evil.test/x')">x</div>`,
  `<div style="background: url(data:image/svg+xml,x)">x</div>`,
  `<div style="background: url(data:image/png;base64,A), url(//evil.test)">x</div>`,
  `<div style="content: '/*'; background: url(//evil.test); content: '*/'">x</div>`,
  `<div style="background: image-set('//evil.test' 1x)">x</div>`,
  `<div style="width: expression(alert(1))">x</div>`,
  `<div style="xss:expr/*XSS*/ession(alert(1))">x</div>`,
  `<div style="width: EXPRESSION (alert(1))">x</div>`,
  `<div style="width: e\\78 pression(alert(1))">x</div>`,
  `<div style="@im\\port'\\ja\\vasc\\ript:alert(1)'">x</div>`,
  `<div style="behavior: url(xss.htc)">x</div>`,
  `<div style="-moz-binding: url(//evil.test/x.xml#x)">x</div>`,
  `<style>@import'https://evil.test/x.css';</style>`,
  `<style>li {list-style-image: url("javascript:alert(1)");}</style>`,
  `<link rel="stylesheet" href="https://evil.test/x.css"/>`,
  `<meta http-equiv="refresh" content="0;url=javascript:alert(1)"/>`,
  `<base href="javascript:alert(1);//"/>`,
  `<iframe src="javascript:alert(1)"></iframe>`,
  `<iframe srcdoc="&lt;script>alert(1)&lt;/script>"/>`,
  `<frameset><frame src="javascript:alert(1)"/></frameset>`,
  `<object type="text/x-scriptlet" data="https://evil.test"></object>`,
  `<embed src="https://evil.test/x.swf"/>`,
  `<applet code="x"/>`,
  `<form action="https://evil.test"><input name="p"/></form>`,
  `<button formaction="javascript:alert(1)">x</button>`,
  `<bgsound src="javascript:alert(1)"/>`,
  `<layer src="https://evil.test"/>`,
  `<marquee onstart="alert(1)">x</marquee>`,
  `<details open="open" ontoggle="alert(1)">x</details>`,
  `<video><source onerror="alert(1)"/></video>`,
  `<xml id="i"><x><c><![CDATA[<img src="javascript:alert(1)"/>]]></c></x></xml>`,
  `<![CDATA[><img src=x onerror=alert(1)>]]>`,
  `<![CDATA[<script>alert(1)</script>]]>`,
  `<!--><img src=x onerror=alert(1)>-->x`,
  `<!---><img src=x onerror=alert(1)>-->x`,
  `<!--[if gte IE 4]><script>alert(1)</script><![endif]-->x`,
  `<!-- [if IE]><script>alert(1)</script><![endif] -->x`,
  `<!--<![endif]--><script>alert(1)</script>`,
  `<?xml-stylesheet href="javascript:alert(1)"?>x`,
  `<?php echo('<script>alert(1)</script>'); ?>x`,
  `<noscript><p title="</noscript><img src=x onerror=alert(1)>">x</p></noscript>`,
  `<p id="x" style="x" xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)">x</p>`,
  `<math><mtext><table><mglyph><style><img src="x" onerror="alert(1)"/></style></mglyph></table></mtext></math>`,
  `+ADw-script+AD4-alert(1)+ADw-/script+AD4-<script/>`,
];

describe('of a narrative that is an attack', () => {
  it.each(attacks)('%j is refused, without a word of it', (attack) => {
    const found = problemOfNarrative(div(attack));
    expect(found?.rule).toBe('txt-1');
    expect(found?.says).not.toMatch(/alert|evil|msgbox/u);
  });

  it.each([
    `<!DOCTYPE x [<!ENTITY s "<script>alert(1)</script>">]>${div('&s;')}`,
    `<script>1</script>${div('x')}`,
  ])('%j is refused, outside of the <div>', (attack) => {
    expect(problemOfNarrative(attack)?.rule).toBe('txt-1');
  });

  it('nothing is left for a browser that reads what is allowed as HTML', () => {
    const pieces = [
      ...attacks,
      ...attacks.flatMap((attack) => attack.split(/(?=[<"'/>=&!-])/u)),
      ...['<b>', '</b>', '<p>', '</p>', '<table>', '</table>', '<!--', '-->', 'x', '"', '<a href="', '">', '</a>', ' '],
    ]; // prettier-ignore
    let allowed = 0;
    const safe = (content: string) => {
      const narrative = div(content);
      if (problemOfNarrative(narrative) !== undefined) return;
      allowed += 1;
      expect(runningParts(parseFragment(narrative))).toEqual([]);
    };
    const piece = fc.constantFrom(...pieces);
    const within = fc.constantFrom('<p title="$">x</p>', '<!-- $ -->x', '<b>$</b>', '<a href="$">x</a>', '<i style="$">x</i>', '<pre>$</pre>', '&lt;$'); // prettier-ignore
    const wrapped = fc.tuple(within, fc.array(piece, { maxLength: 3 })).map(([shape, parts]) => shape.replace('$', () => parts.join(''))); // prettier-ignore
    fc.assert(fc.property(fc.array(fc.oneof(piece, wrapped), { maxLength: 6 }).map((parts) => parts.join('')), safe), { numRuns: 5_000 }); // prettier-ignore
    expect(allowed).toBeGreaterThan(100);
  });
});

/** What a browser would run of a page, as the parser of HTML sees it: another reader than the one that decides. */
function runningParts(node: DefaultTreeAdapterTypes.Node): readonly string[] {
  const own = 'attrs' in node ? [...elementParts(node)] : [];
  const children = 'childNodes' in node ? node.childNodes : [];
  return [...own, ...children.flatMap(runningParts)];
}

function* elementParts({ tagName, attrs }: DefaultTreeAdapterTypes.Element): Iterable<string> {
  const harmless = /^(?:div|p|b|i|a|q|pre|img|map|area|table|tbody|tr|td|br|hr|span)$/u;
  if (!harmless.test(tagName)) yield tagName;
  for (const { name, value } of attrs) {
    if (name.startsWith('on')) yield name;
    const address = value.replaceAll(/[\u0000-\u0020]/gu, '');
    if (
      /^(?:href|src|cite)$/u.test(name) &&
      /^(?:javascript|vbscript|data:(?!image\/(?:png|gif)))/iu.test(address)
    )
      yield `${name}=${value}`;
    if (name === 'style' && /url\((?!\s*['"]?data:\s*image\/(?:png|gif))|expression\(/iu.test(value))
      yield value;
  }
}
