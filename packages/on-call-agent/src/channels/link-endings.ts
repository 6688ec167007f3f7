/** Ends of names that phones and mail programs make links of as they stand. What code also ends with (`app.ts`, `main.py`, `row.id`) is not here. */
const ALWAYS = new Set(
  (
    'com net org io dev app info biz example test me co ai ru cn de uk eu fr in br us xyz top site online shop link click live cloud page tech pro tk ml ly gg to ' +
    'cc ws zip mov tv sh run au nl ch jp es pt cz hu kr tw hk sg nz za mx ar ir tr ua vn th ph il sa ae gr dk fi ie lt lv ee su kz gov edu mil icu cam'
  ).split(' '),
)

/** Those that are a link for certain only with a path behind them, or `www.` in front. */
const WITH_PATH = new Set(
  (
    'store zone int id is do by at as so no it be my la st vi tf ms mk al am ba bg bi bz ca cl cx dj ec fm fo ge gl gy hr im je ke ki kg li lk lu ma md mn mt mu nu pe pg ph ' +
    'pk pl pn pw py qa re ro rs sc se si sk sx tc tl tm tn ug uy uz vc vg vu art bar best blog bond buzz cfd chat club cyou digital email fun help host ' +
    'lol monster network news ninja ong ooo press quest rest rocks sbs services skin space support today tools vip website wiki win work world wtf'
  ).split(' '),
)

/** Whether a dotted name is made a link of: `www.evil.zone`, `evil.jp`, `evil.рф/login`, `203.0.113.9/login`; not `app.ts`, `row.id`, `10.0.0.0/24`. */
export function isLinked(name: string, path: string): boolean {
  const labels = name.toLowerCase().split('.')
  const ending = labels.at(-1) ?? ''
  if (labels.every((label) => /^\d{1,3}$/.test(label))) return labels.length === 4 && path.startsWith('/') && !/^\/\d{1,2}$/.test(path)
  if (ALWAYS.has(ending) || ending.startsWith('xn--')) return true
  const isPlace = path.startsWith('/') || labels[0] === 'www'
  return isPlace && (WITH_PATH.has(ending) || /^[^\p{ASCII}]{2,}$/u.test(ending))
}
