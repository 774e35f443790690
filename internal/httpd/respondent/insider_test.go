package respondent_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/token"
)

// insider is somebody who has everything that this installation stores and has ever backed up, all that
// it has logged, and its keys, and who wants to know which invitation each response came from.
type insider struct {
	dumps []dump
	log   string
	keys  []token.Key
	made  map[string][]string // what derive made of a value before
}

// row is one row of a table with where it lies and who wrote it. Values are the columns as text.
type row struct {
	table  string
	values map[string]string
	text   string // all of it
}

// dump is a copy of the database, sorted into the responses and invitations of the campaign.
type dump struct {
	rows                   []row
	responses, invitations []subject
}

// takeDump reads every row of every table, with the hidden columns of the database.
func takeDump(db *sqlx.DB) ([]row, error) {
	var tables []string
	if err := db.Select(&tables, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'survey%' ORDER BY 1`); err != nil {
		return nil, err
	}
	var all []row
	for _, table := range tables {
		var rows []struct {
			Place string `db:"ctid"`
			Made  string `db:"xmin"`
			Held  string `db:"xmax"`
			Doc   []byte `db:"doc"`
		}
		if err := db.Select(&rows, `SELECT ctid::text, xmin::text, xmax::text, to_jsonb(t) AS doc FROM "`+table+`" t`); err != nil {
			return nil, err
		}
		for _, r := range rows {
			values := map[string]string{"ctid": place(r.Place), "xmin": r.Made, "xmax": r.Held}
			var doc map[string]any
			if err := json.Unmarshal(r.Doc, &doc); err != nil {
				return nil, err
			}
			for column, v := range doc {
				switch v := v.(type) {
				case nil:
				case string:
					values[column] = v
				default:
					text, _ := json.Marshal(v)
					values[column] = string(text)
				}
			}
			all = append(all, row{table: table, values: values, text: string(r.Doc)})
		}
	}
	return all, nil
}

// place makes "(12,3)" comparable as text.
func place(ctid string) string {
	var page, item int
	_, _ = fmt.Sscanf(ctid, "(%d,%d)", &page, &item)
	return fmt.Sprintf("%08d.%06d", page, item)
}

// subject is a response or an invitation with every row that mentions it; an invitation also with those
// that mention its person or address. Cell is what is stored of both: group and language.
type subject struct {
	id, cell string
	rows     []row
}

// sorted sorts a copy into responses and invitations, each with the rows that mention it.
func sorted(d []row, campaign string) dump {
	var responses, invitations []subject
	for _, r := range d {
		if r.values["campaign_id"] != campaign {
			continue
		}
		cell := r.values["group_id"] + "/" + r.values["language"]
		switch r.table {
		case "response":
			responses = append(responses, subject{id: r.values["id"], cell: cell})
		case "invitation":
			invitations = append(invitations, subject{id: r.values["id"], cell: cell})
		}
	}
	people := map[string]row{}
	for _, r := range d {
		if r.table == "person" {
			people[r.values["id"]] = r
		}
	}
	byID := map[string]row{}
	for _, r := range d {
		if r.table == "invitation" || r.table == "response" {
			byID[r.values["id"]] = r
		}
	}
	for i := range responses {
		responses[i].rows = mentioning(d, responses[i].id)
	}
	for i := range invitations {
		person := people[byID[invitations[i].id].values["person_id"]]
		invitations[i].rows = mentioning(d, invitations[i].id, person.values["id"], person.values["email_normalised"])
	}
	order := func(a, b subject) int { return strings.Compare(a.id, b.id) }
	slices.SortFunc(responses, order)
	slices.SortFunc(invitations, order)
	return dump{d, responses, invitations}
}

func mentioning(d []row, keys ...string) []row {
	var found []row
	for _, r := range d {
		if slices.ContainsFunc(keys, func(k string) bool { return k != "" && strings.Contains(r.text, k) }) {
			found = append(found, r)
		}
	}
	return found
}

// guess is the invitation that each response is thought to come from. A response without a guess is absent.
type guess map[string]string

// hits counts the right ones.
func (g guess) hits(truth map[string]string) int {
	n := 0
	for r, i := range g {
		if truth[r] == i {
			n++
		}
	}
	return n
}

// byValue guesses by everything that the two have in common: equal values, values within values, and
// every hash and keyed hash of one that is found in the other. A value is worth the more the rarer it is.
func (x *insider) byValue(d dump) guess {
	responses, invitations := d.responses, d.invitations
	owners := map[string]map[int]bool{}
	for i, inv := range invitations {
		for _, r := range inv.rows {
			for column, v := range r.values {
				for _, derived := range x.derive(v, hidden(column)) {
					if owners[derived] == nil {
						owners[derived] = map[int]bool{}
					}
					owners[derived][i] = true
				}
			}
		}
	}
	out := guess{}
	for _, resp := range responses {
		score := make([]float64, len(invitations))
		seen := map[string]bool{}
		for _, r := range resp.rows {
			for column, v := range r.values {
				for _, derived := range x.derive(v, hidden(column)) {
					if seen[derived] {
						continue
					}
					seen[derived] = true
					for i := range owners[derived] {
						score[i] += math.Log(float64(len(invitations)) / float64(len(owners[derived])))
					}
				}
			}
		}
		best := 0
		for i := range score {
			if score[i] > score[best] {
				best = i
			}
		}
		if score[best] > 0 {
			out[resp.id] = invitations[best].id
		}
	}
	return out
}

// hidden tells whether a column is one that the database keeps for itself; equal numbers of rows of
// different tables mean something only for transactions.
func hidden(column string) string {
	switch column {
	case "ctid":
		return "place:"
	case "xmin", "xmax":
		return "transaction:"
	}
	return ""
}

var dates = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T`)

// derive is what the insider can make of a value. Small values (numbers, words such as "sv") are kept too:
// they tell the groups apart.
func (x *insider) derive(v, kind string) []string {
	if kind == "place:" || v == "" || kind == "transaction:" && v == "0" {
		return nil
	}
	if kind != "" || dates.MatchString(v) {
		return []string{kind + v}
	}
	out := []string{v}
	if len(v) < 12 {
		return out
	}
	if made, ok := x.made[v]; ok {
		return made
	}
	plain := [][]byte{[]byte(v)}
	if raw, err := hex.DecodeString(strings.TrimPrefix(v, `\x`)); err == nil {
		plain = append(plain, raw, []byte(base64.RawURLEncoding.EncodeToString(raw)))
		out = append(out, hex.EncodeToString(raw))
	}
	var tokens [][]byte
	for _, key := range x.keys {
		for _, purpose := range []string{"invitation", "unsubscribe", "respondent-cookie", "ballot"} {
			tokens = append(tokens, []byte(key.Derive(purpose, v)))
		}
		for _, p := range plain {
			m := hmac.New(sha256.New, key[:])
			m.Write(p)
			tokens = append(tokens, m.Sum(nil))
		}
	}
	for _, p := range append(plain, tokens...) {
		for _, prefix := range []string{"", "ballot\x00", "ballot", "token\x00", "invitation\x00"} {
			sum := sha256.Sum256(append([]byte(prefix), p...))
			out = append(out, hex.EncodeToString(sum[:]))
		}
	}
	x.made[v] = out
	return out
}

// aligned is what lining two orders up comes to.
type aligned struct {
	guess    guess
	together float64
}

// byOrder lines the two up by every pair of orders that the tables have, within each group. It is told who
// answered at all, which is kinder than life.
func (x *insider) byOrder(d dump, truth map[string]string) map[string]aligned {
	ro, io := orders(d.responses), orders(d.invitations)
	answered := map[string]bool{}
	for _, i := range truth {
		answered[i] = true
	}
	out := map[string]aligned{}
	for rn, r := range ro {
		for in, i := range io {
			g := guess{}
			left := map[string][]string{}
			for _, s := range i {
				if answered[s.id] {
					left[s.cell] = append(left[s.cell], s.id)
				}
			}
			for _, s := range r {
				if l := left[s.cell]; len(l) > 0 {
					g[s.id], left[s.cell] = l[0], l[1:]
				}
			}
			out[rn+" ~ "+in] = aligned{g, together(r, i, truth)}
		}
	}
	return out
}

// orders sorts the subjects by each column of each table that mentions them.
func orders(all []subject) map[string][]subject {
	values := map[string]map[string]string{}
	for _, s := range all {
		for _, r := range s.rows {
			for column, v := range r.values {
				key := r.table + "." + column
				if r.table == "audit_event" || r.table == "outbox" {
					key += "/" + r.values["event"] + r.values["kind"]
				}
				if values[key] == nil {
					values[key] = map[string]string{}
				}
				values[key][s.id] = max(values[key][s.id], sortable(v))
			}
		}
	}
	out := map[string][]subject{}
	for key, v := range values {
		distinct := map[string]bool{}
		for _, x := range v {
			distinct[x] = true
		}
		if len(distinct) < len(all)/2 {
			continue // says too little to sort by
		}
		sorted := slices.Clone(all)
		slices.SortStableFunc(sorted, func(a, b subject) int { return strings.Compare(v[a.id], v[b.id]) })
		out[key] = sorted
	}
	return out
}

func sortable(v string) string {
	if n, err := strconv.ParseUint(v, 10, 64); err == nil {
		return fmt.Sprintf("%020d", n)
	}
	return v
}

// byDifference compares each dump with the next: what changed together belongs together. A change of a
// response is held against every change of anything that mentions an invitation in the same step, or in
// the log's lines of that step.
func (x *insider) byDifference() guess {
	score := map[string]map[string]float64{}
	for n := 1; n < len(x.dumps); n++ {
		before, after := fingerprints(x.dumps[n-1].rows), x.dumps[n]
		var changed, touched []string
		for _, s := range after.responses {
			if moved(s.rows, before) {
				changed = append(changed, s.id)
			}
		}
		for _, s := range after.invitations {
			if moved(s.rows, before) {
				touched = append(touched, s.id)
			}
		}
		for _, r := range changed {
			for _, i := range touched {
				if score[r] == nil {
					score[r] = map[string]float64{}
				}
				score[r][i] += 1 / float64(len(changed)*len(touched))
			}
		}
	}
	return best(score)
}

func fingerprints(d []row) map[string]bool {
	m := map[string]bool{}
	for _, r := range d {
		m[r.print()] = true
	}
	return m
}

func (r row) print() string {
	return r.table + r.values["ctid"] + r.values["xmin"] + "/" + r.values["xmax"] + r.text
}

func moved(rows []row, before map[string]bool) bool {
	return slices.ContainsFunc(rows, func(r row) bool { return !before[r.print()] })
}

// byTransaction guesses the invitation whose rows were written or locked by the transaction nearest to
// one that wrote the response, in any of the dumps.
func (x *insider) byTransaction(within uint64) guess {
	score := map[string]map[string]float64{}
	for _, d := range x.dumps {
		written := make([][]uint64, len(d.invitations))
		for n, i := range d.invitations {
			written[n] = transactions(i.rows)
		}
		for _, r := range d.responses {
			own := transactions(r.rows)
			for n, i := range d.invitations {
				for _, t := range written[n] {
					for _, o := range own {
						if gap := max(t, o) - min(t, o); gap <= within {
							if score[r.id] == nil {
								score[r.id] = map[string]float64{}
							}
							score[r.id][i.id] += 1 / float64(1+gap)
						}
					}
				}
			}
		}
	}
	return best(score)
}

func transactions(rows []row) []uint64 {
	var all []uint64
	for _, r := range rows {
		for _, column := range []string{"xmin", "xmax"} {
			if n, err := strconv.ParseUint(r.values[column], 10, 64); err == nil && n > 0 {
				all = append(all, n)
			}
		}
	}
	return all
}

// byLog looks for lines that name an invitation, its person or address near lines that name a response.
func (x *insider) byLog(d dump) guess {
	responses, invitations := d.responses, d.invitations
	lines := strings.Split(x.log, "\n")
	at := func(s subject) []int {
		var found []int
		keys := []string{s.id}
		for _, r := range s.rows {
			if r.table == "person" {
				keys = append(keys, r.values["id"], r.values["email"])
			}
			if r.table == "invitation" {
				keys = append(keys, r.values["token_hash"])
			}
		}
		for n, line := range lines {
			if slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(line, k) }) {
				found = append(found, n)
			}
		}
		return found
	}
	score := map[string]map[string]float64{}
	for _, i := range invitations {
		for _, n := range at(i) {
			for _, r := range responses {
				for _, m := range at(r) {
					if score[r.id] == nil {
						score[r.id] = map[string]float64{}
					}
					score[r.id][i.id] += 1 / float64(1+max(n, m)-min(n, m))
				}
			}
		}
	}
	return best(score)
}

func best(score map[string]map[string]float64) guess {
	g := guess{}
	for r, by := range score {
		top, who := 0.0, ""
		for _, i := range slices.Sorted(maps.Keys(by)) {
			if by[i] > top {
				top, who = by[i], i
			}
		}
		g[r] = who
	}
	return g
}

// together is how strongly two orders go along for the true pairs, within each group: near a standard
// normal value when they have nothing to do with each other. It is the insider's work marked by somebody
// who knows the answer.
func together(responses, invitations []subject, truth map[string]string) float64 {
	rank := map[string]int{}
	for n, s := range invitations {
		rank[s.id] = n
	}
	byCell := map[string][][2]int{}
	for n, s := range responses {
		if i, ok := truth[s.id]; ok {
			byCell[s.cell] = append(byCell[s.cell], [2]int{n, rank[i]})
		}
	}
	sum, n := 0.0, 0
	for _, pairs := range byCell {
		if len(pairs) < 5 {
			continue
		}
		sum += spearman(pairs) * math.Sqrt(float64(len(pairs)-1))
		n++
	}
	return sum / math.Sqrt(float64(max(n, 1)))
}

// spearman is the rank correlation of pairs without ties.
func spearman(pairs [][2]int) float64 {
	ranks := func(k int) []int {
		order := make([]int, len(pairs))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return pairs[a][k] - pairs[b][k] })
		out := make([]int, len(pairs))
		for r, i := range order {
			out[i] = r
		}
		return out
	}
	a, b, n, d := ranks(0), ranks(1), float64(len(pairs)), 0.0
	for i := range a {
		d += float64((a[i] - b[i]) * (a[i] - b[i]))
	}
	return 1 - 6*d/(n*(n*n-1))
}
