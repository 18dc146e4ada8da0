export * from './der-element.js'
export * from './der-split.js'
export * from './der-string.js'
