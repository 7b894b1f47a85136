/** Texts that have run scripts in other tools' reports, or would break out of a page. */
export const hostile = [
  "<script>window.hit=1;alert(1)</script>",
  "</script><script>window.hit=2</script>",
  "</title></style></textarea><script>window.hit=3</script>",
  "<img src=x onerror=window.hit=4>",
  '"><svg onload=window.hit=5>',
  "' autofocus onfocus='window.hit=6",
  "<!--<script>window.hit=7</script>-->",
  "<![CDATA[<script>window.hit=8</script>]]>",
  "javascript:window.hit=9",
  '<a href="javascript:window.hit=10">x</a>',
  '<iframe srcdoc="<script>parent.hit=11</script>">',
  "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  "$& $` $' $1 ${window.hit=12} {{constructor.constructor('window.hit=13')()}}",
  "\u2028window.hit=14\u2029",
  "\u202Egnp.exe\u202C \u0000\u0007\u001b[2J",
  "<math><mtext></p><style><img src=x onerror=window.hit=15></style>",
  "\\u003cscript\\u003ewindow.hit=16\\u003c/script\\u003e",
  '=HYPERLINK("http://evil.example")',
  "%3Cscript%3Ewindow.hit=17%3C/script%3E",
  'style="background:url(//evil.example/x)"; }</style><style>*{background:url(//evil.example/y)}',
];

const FIELDS =
  "client_ip user session_id method scheme host path query protocol error_code user_agent referrer " +
  "cookie target_ip tls_protocol tls_cipher cache_result hierarchy operation bucket key request_id " +
  "requester country as_org owner site";

/** JSON lines in which every text field holds every hostile text, and one client floods. */
export function hostileLines(): string[] {
  const fields = FIELDS.split(" ");
  const day = Date.UTC(2026, 10, 5) / 1000;
  const line = (second: number, text: string, status: number): string =>
    JSON.stringify({
      time: day + second,
      status,
      bytes_sent: 1000,
      ...Object.fromEntries(fields.map((field) => [field, field === "method" ? `${text} ` : text])),
    });
  const ordinary = Array.from({ length: 600 }, (_, at) =>
    line(at * 110, hostile[at % hostile.length] ?? "", at % 3 === 0 ? 404 : 200),
  );
  const flood = Array.from({ length: 900 }, (_, at) => line(50_000 + at, hostile[0] ?? "", 200));
  return [...ordinary, ...flood];
}
