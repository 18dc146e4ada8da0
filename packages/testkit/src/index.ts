export * from './pki/index.js'
