// Package sample makes the invented content that a demonstration needs: contacts, answers, meeting
// notes, a year of seminars, and recommendations. Everything follows from a seed, stands under
// reserved .example domains and is marked as invented wherever the product shows it.
package sample
