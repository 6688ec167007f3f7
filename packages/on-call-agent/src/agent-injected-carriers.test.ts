import { testCarriers } from '../test-parts/injected-carrier.ts'
import { CARRIERS } from '../test-parts/injection-carriers.ts'
import { FORMS, INJECTIONS, WISHES } from '../test-parts/injections.ts'

/** Different wishes in different forms; many more of them: agent-injected-carriers-whole.test.ts, in `pnpm test:rare`. */
const SOME = Array.from({ length: 12 }, (_, i) => INJECTIONS[((i * 7) % FORMS) * WISHES.length + ((i * 5) % WISHES.length)] ?? '')

testCarriers(CARRIERS, SOME)
