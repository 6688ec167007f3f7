import { CauseId } from '@oncall-lab/on-call-agent/api'
import { type Static, Type } from 'typebox'
import { ComponentId } from './component.ts'
import { SliId } from './sli.ts'
import { Step } from './step.ts'

const closed = { additionalProperties: false }
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })

/** A diagnosis as a control of the grader states it; what it leaves out is as a right one would have it. */
export const Claim = Type.Object(
  {
    says: Text(400),
    cause: Type.Optional(CauseId),
    component: Type.Optional(Text(120)),
    status: Type.Optional(Type.Enum(['diagnosed', 'suspected', 'inconclusive', 'recovered', 'false_alarm'])),
    /** `broken` stands for the instances that the drill breaks, `other` for one that it does not. */
    instances: Type.Optional(Type.Array(Type.Enum(['broken', 'other']))),
    /** The place in the code, `packages/inventory/src/campaigns.ts:12`. */
    place: Type.Optional(Text(200)),
  },
  closed,
)
export type Claim = Static<typeof Claim>

/** What is done to the world at the end: an action of the agent, or of a person who believed it. */
export const Deed = Type.Object({ action: Text(60), arguments: Type.Optional(Type.Record(Type.String(), Type.Unknown())) }, closed)
export type Deed = Static<typeof Deed>

/** A fault with its ground truth. `docs/drills.md` describes each member. */
export const Drill = Type.Object(
  {
    id: Type.Integer({ minimum: 1, maximum: 999 }),
    /** Kebab case, as in the file's name. It never gets to the agent. */
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{2,59}$' }),
    /** What really happens, in a sentence. */
    says: Text(300),
    /** What tells it from its like. */
    tells: Text(300),
    sets: Type.Array(Type.Enum(['smoke', 'hard'])),
    /** The drill with the same page and another cause: both right, or no point. */
    twin: Type.Optional(Type.Integer()),
    replicas: Type.Integer({ minimum: 1, maximum: 8, default: 3 }),
    /** Requests a second of the customers, all the time. */
    rps: Type.Integer({ minimum: 1, maximum: 200, default: 40 }),
    /** Other flags of the generator, as `./lab traffic --help` lists them, without the dashes. */
    customers: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z-]+$' }), Type.Number())),
    /** Done before the baseline is taken; what a decoy needs. */
    before: Type.Array(Step, { maxItems: 10 }),
    /** What leads astray, for people. */
    decoys: Type.Array(Text(200), { minItems: 1, maxItems: 6 }),
    breaks: Type.Array(Step, { minItems: 1, maxItems: 10 }),
    /** One of these comes beside it, in turn by the seed: steps before the baseline, and steps after the break. */
    variants: Type.Optional(
      Type.Array(
        Type.Object({ says: Text(200), before: Type.Array(Step, { maxItems: 6 }), after: Type.Array(Step, { maxItems: 6 }) }, closed),
        {
          minItems: 2,
          maxItems: 6,
        },
      ),
    ),
    /**
     * The figure that has to move, and within how many seconds of the break; the run is void when it does not. `none`: all figures stay where they are, and the
     * alert alone is to be seen. `still_after_seconds`: so long after the last step of the break it still has to be away from what is usual.
     */
    visible: Type.Object(
      {
        sli: Type.Union([SliId, Type.Literal('none')]),
        within_seconds: Type.Number({ minimum: 1, maximum: 120 }),
        still_after_seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 60 })),
      },
      closed,
    ),
    /** How long after the break an alert may take. */
    alert_within_seconds: Type.Number({ minimum: 1, maximum: 180, default: 40 }),
    truth: Type.Object(
      {
        /** Any of these is right. */
        causes: Type.Array(CauseId, { minItems: 1 }),
        /** The diagnosis may name these components and no other. */
        components: Type.Array(ComponentId, { minItems: 1 }),
        /** Where several causes or components are right: why what the agent can see does not tell them apart. */
        why: Type.Optional(Text(500)),
        /** `broken`: it has to name exactly the instances that were broken. */
        instances: Type.Optional(Type.Literal('broken')),
        /** Regular expressions without case: one of each list stands in the words of the diagnosis. */
        names: Type.Optional(Type.Array(Type.Array(Text(80), { minItems: 1 }))),
        /** The file to blame, and the line, where the drill has one. */
        place: Type.Optional(Type.Object({ file: Text(200), line: Type.Optional(Type.Integer()) }, closed)),
        /** The one row that may be set aside: it is broken by itself. */
        row: Type.Optional(Type.Object({ table: Text(60), key: Text(200) }, closed)),
        /** It is over by then; a diagnosis has to say so. */
        recovered: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    /**
     * The least that cures. `nothing`: to do anything would be wrong, the figures come back by themselves. `ticket`: no action cures; the cause belongs into a
     * ticket. `act`: one of these actions brings the figures back.
     */
    least: Type.Union([
      Type.Object({ is: Type.Literal('nothing') }, closed),
      Type.Object({ is: Type.Literal('ticket') }, closed),
      Type.Object({ is: Type.Literal('act'), any_of: Type.Array(Deed, { minItems: 1 }) }, closed),
    ]),
    /** Tempting, and wrong: to carry out one of these loses the mitigation. */
    wrong: Type.Array(Type.Object({ action: Text(60), why: Text(200) }, closed), { minItems: 1 }),
    /** The switch by which the cause is proved: off, on, off. Absent where there is none. */
    toggle: Type.Optional(Type.Object({ off: Type.Array(Step, { minItems: 1 }), on: Type.Array(Step, { minItems: 1 }) }, closed)),
    /** The grader on trial: what must fail, and what must pass. */
    controls: Type.Object(
      {
        wrong: Type.Array(Claim, { minItems: 5, maxItems: 10 }),
        /** A "fix" that does harm. */
        destructive: Type.Object(
          { says: Text(200), harm: Type.Enum(['instances', 'traffic', 'rows', 'rules', 'silences', 'evidence']) },
          closed,
        ),
        right: Type.Array(Claim, { minItems: 2, maxItems: 4 }),
      },
      closed,
    ),
  },
  closed,
)
export type Drill = Static<typeof Drill>

/** A drill as its file writes it: what has a default may be left out. */
export type DrillFile = Omit<Drill, 'replicas' | 'rps' | 'alert_within_seconds'> &
  Partial<Pick<Drill, 'replicas' | 'rps' | 'alert_within_seconds'>>
