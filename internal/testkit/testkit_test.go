package testkit_test

import (
	"testing"
	"time"

	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/testkit"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	a, b := testkit.DB(t), testkit.DB(t)
	if _, err := a.Exec(`CREATE TABLE only_in_a (id int)`); err != nil {
		t.Fatal(err)
	}
	var exists bool
	if err := b.Get(&exists, `SELECT to_regclass('only_in_a') IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	if exists {
		t.Error("a table made in one test's database is seen in another's")
	}
}

func TestTheDatabaseIsMigrated(t *testing.T) {
	if err := postgres.Check(t.Context(), testkit.DB(t)); err != nil {
		t.Error(err)
	}
}

func TestTheDatabaseSortsSwedishNames(t *testing.T) {
	var last string
	err := testkit.DB(t).Get(&last, `SELECT n FROM (VALUES ('Ödmans'), ('Zäta'), ('Åhlins'), ('Ärla')) v(n) ORDER BY n COLLATE "sv-x-icu" DESC LIMIT 1`)
	if err != nil {
		t.Fatal(err)
	}
	if last != "Ödmans" {
		t.Errorf("last of the names is %s, want Ödmans", last)
	}
}

func TestTheClockMovesOnlyWhenTold(t *testing.T) {
	start := time.Date(2019, 5, 23, 9, 0, 0, 0, time.UTC)
	c := testkit.Clock(start)
	if !c.Now().Equal(start) {
		t.Errorf("the clock shows %v, want %v", c.Now(), start)
	}
	c.Advance(time.Hour)
	if got := c.Now().Sub(start); got != time.Hour {
		t.Errorf("after an hour the clock has moved %v", got)
	}
}
