export * from './der-element.js'
export * from './der-string.js'
