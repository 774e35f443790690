package responsetest

import "strings"

// Dump is every row of every table as text, for "nothing was written".
func (w *World) Dump() string {
	w.Helper()
	var tables []string
	w.Must(w.DB.Select(&tables, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`))
	var b strings.Builder
	for _, table := range tables {
		var rows []string
		w.Must(w.DB.Select(&rows, `SELECT t::text FROM "`+table+`" t ORDER BY 1`))
		b.WriteString(table + "\n" + strings.Join(rows, "\n") + "\n")
	}
	return b.String()
}
