package sample

import "time"

// StatementWords are words by which the statement is found.
const StatementWords = "dela upp"

// Statement is an invented procurement lawyer's statement of three weeks before now, by the fields of the
// form. The expert has agreed to be named and has approved the quote.
func Statement(now time.Time) map[string]string {
	return map[string]string{
		"name": "Karin Lindh", "named": "true", "role": "upphandlingsjurist", "organisation": "Byrån Lindh & Dal (påhittad)",
		"date": now.AddDate(0, 0, -21).Format(time.DateOnly), "language": "sv", "themes": "I03", "approved": "true", "invented": "true",
		"text": "Den som upphandlar ska pröva om kontraktet går att dela upp och anteckna skälen när det inte görs. " +
			"Prövningen görs ofta sent, när kraven redan är skrivna. En översikt över vad som ska köpas flyttar frågan till " +
			"den tid då den ännu kan påverka något, och då kan små företag säga vad de kan leverera.",
		"quote":     "En översikt över vad som ska köpas flyttar frågan till den tid då den ännu kan påverka något",
		"interests": "Har biträtt både kommuner och leverantörer i Dalarna, men ingen av dem som nämns här.",
		"sources":   "Lagen om offentlig upphandling och förarbetena till den.",
	}
}
