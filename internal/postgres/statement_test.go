package postgres_test

import (
	"fmt"
	"testing"

	"upphandlingsdialog/internal/testkit"
)

func TestAKeptStatementSurvivesAChangeOfItsTable(t *testing.T) {
	db := testkit.DB(t)
	db.SetMaxOpenConns(1) // the change and both looks are on one connection, which keeps the statement
	db.MustExec(`CREATE TABLE shelf (id int, name text)`)
	const look = `SELECT * FROM shelf WHERE id = $1`
	for round, change := range []string{
		`INSERT INTO shelf VALUES (1, 'a')`,
		`ALTER TABLE shelf ADD COLUMN size int DEFAULT 3`,
		`ALTER TABLE shelf ALTER COLUMN name TYPE varchar(9)`,
	} {
		db.MustExec(change)
		row := map[string]any{}
		if err := db.QueryRowx(look, 1).MapScan(row); err != nil || len(row) != min(round, 1)+2 {
			t.Errorf("after %q: %v, %v", change, row, err)
		}
	}
}

func TestAConnectionKeepsABoundedNumberOfStatements(t *testing.T) {
	db := testkit.DB(t)
	db.SetMaxOpenConns(1)
	for round := range 2 { // the second time all of the first have to be prepared again
		for n := range 200 {
			var got int
			if err := db.Get(&got, fmt.Sprintf(`SELECT %d + $1::int`, n), round); err != nil || got != n+round {
				t.Fatalf("statement %d gave %d, %v", n, got, err)
			}
		}
	}
	var kept int
	if err := db.Get(&kept, `SELECT count(*) FROM pg_prepared_statements`); err != nil || kept < 100 || kept > 130 {
		t.Errorf("%d statements are kept, %v", kept, err)
	}
}
