/*
 * What the schema of the configuration file is made of: the kinds of values that the file has, and no others. `examples` is
 * what a message shows where a value is missing or of another kind.
 */

type Examples = readonly [string, ...string[]]

interface InMap {
  /** Whether a map may go without it. */
  readonly isOptional?: true
}

/** A text that is not empty. */
export interface TextSchema extends InMap {
  readonly type: 'string'
  readonly examples: Examples
}

/** One text of a few. */
export interface ChoiceSchema<Choice extends string = string> extends InMap {
  readonly type: 'choice'
  readonly choices: readonly Choice[]
  readonly examples: Examples
}

export interface NumberSchema extends InMap {
  readonly type: 'integer' | 'number'
  readonly minimum: number
  readonly maximum?: number
  readonly examples: Examples
}

export interface FlagSchema extends InMap {
  readonly type: 'boolean'
  readonly examples: Examples
}

export interface ListSchema<Item = Schema> extends InMap {
  readonly type: 'array'
  readonly items: Item
  /** Whether it must hold something. */
  readonly isFilled?: true
}

/** A map that has these keys and no others; messages name them in this order. */
export interface MapSchema<Properties = { readonly [key: string]: Schema }> extends InMap {
  readonly type: 'object'
  readonly properties: Properties
}

export type Schema = TextSchema | ChoiceSchema | NumberSchema | FlagSchema | ListSchema | MapSchema

/** What fits a schema, with every part that it may go without. */
export type ValueOf<Fitting> =
  Fitting extends ChoiceSchema<infer Choice>
    ? Choice
    : Fitting extends TextSchema
      ? string
      : Fitting extends NumberSchema
        ? number
        : Fitting extends FlagSchema
          ? boolean
          : Fitting extends ListSchema<infer Item>
            ? readonly ValueOf<Item>[]
            : Fitting extends MapSchema<infer Properties>
              ? { readonly [Key in keyof Properties]: ValueOf<Properties[Key]> }
              : never

export const text = (...examples: Examples): TextSchema => ({ type: 'string', examples })

export const choice = <const Choice extends string>(
  choices: readonly Choice[],
  example: Choice,
): ChoiceSchema<Choice> => ({ type: 'choice', choices, examples: [example] })

/** A whole number. */
export const whole = (minimum: number, example: number, maximum?: number): NumberSchema => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
  examples: [String(example)],
})

export const share = (example: number): NumberSchema => ({
  type: 'number',
  minimum: 0,
  maximum: 1,
  examples: [String(example)],
})

export const flag = (): FlagSchema => ({ type: 'boolean', examples: ['false'] })

export const list = <Item extends Schema>(items: Item): ListSchema<Item> => ({
  type: 'array',
  items,
})

export const filledList = <Item extends Schema>(items: Item): ListSchema<Item> => ({
  type: 'array',
  items,
  isFilled: true,
})

export const map = <Properties extends { readonly [key: string]: Schema }>(
  properties: Properties,
): MapSchema<Properties> => ({ type: 'object', properties })

export const optional = <Kind extends Schema>(schema: Kind): Kind => ({
  ...schema,
  isOptional: true,
})
