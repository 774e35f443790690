package analysis

// Rounded is a weighted result as it would leave if nothing were judged.
func Rounded(f Frequency) Frequency {
	f.Numbers = f.Numbers.coarse()
	return f
}
