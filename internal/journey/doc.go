// Package journey holds the end-to-end tests: people's whole ways through the running product, in a
// real browser where there is one, with the real database and the real mail.
package journey
