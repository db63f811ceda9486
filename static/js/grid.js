/* Adds keyboard use and marking to a table that also works without.

   data-grid   a table: row and column under the pointer or the focus are marked; Tab reaches one
               place in it, and the arrow keys, Home and End (with Ctrl: first and last row) move
               from there. Enter opens the link of the place. A grid as wide as its container
               scrolls with the page, not in its own box. */
(function () {
  "use strict";

  var WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function all(scope, selector) {
    return Array.prototype.slice.call(scope.querySelectorAll(selector));
  }

  function gridOf(event) {
    var target = event.target;
    return target && target.closest ? target.closest("table[data-grid]") : null;
  }

  function cellOf(place) {
    return place.closest("td, th");
  }

  /* A heading across the whole table is not a row of the grid. */
  function rowsOf(table) {
    var most = table.rows[0].cells.length;
    return Array.prototype.filter.call(table.rows, function (row) {
      return row.cells.length === most;
    });
  }

  /* --- row and column ----------------------------------------------------------------------- */

  function unmark(table) {
    all(table, ".is-cross").forEach(function (marked) {
      marked.classList.remove("is-cross");
    });
  }

  function mark(event) {
    var table = gridOf(event);
    if (!table) {
      return;
    }
    unmark(table);
    var cell = cellOf(event.target);
    if (!cell || event.type === "mouseout" || event.type === "focusout") {
      return;
    }
    var row = cell.parentNode;
    var rows = rowsOf(table);
    if (rows.indexOf(row) > 0) {
      row.classList.add("is-cross");
    }
    if (cell.cellIndex > 0 && rows.indexOf(row) !== -1) {
      rows.forEach(function (other) {
        other.cells[cell.cellIndex].classList.add("is-cross");
      });
    }
  }

  ["mouseover", "mouseout", "focusin", "focusout"].forEach(function (type) {
    document.addEventListener(type, mark);
  });

  /* --- keys --------------------------------------------------------------------------------- */

  /* The places of a cell are its links; without a link the cell itself. */
  function placesIn(cell) {
    var links = all(cell, "a");
    return links.length ? links : [cell];
  }

  function placesOf(row) {
    return Array.prototype.reduce.call(
      row.cells,
      function (found, cell) {
        return found.concat(placesIn(cell));
      },
      []
    );
  }

  function within(list, number) {
    return list[Math.max(0, Math.min(list.length - 1, number))];
  }

  function next(table, here, event) {
    var rows = rowsOf(table);
    var cell = cellOf(here);
    var at = rows.indexOf(cell.parentNode);
    var way = WAYS[event.key];
    if (way && way[0] === 0) {
      var places = placesOf(rows[at]);
      return within(places, places.indexOf(here) + way[1]);
    }
    if (way) {
      return placesIn(within(rows, at + way[0]).cells[cell.cellIndex])[0];
    }
    var isHome = event.key === "Home";
    var row = event.ctrlKey ? rows[isHome ? 0 : rows.length - 1] : rows[at];
    var ends = placesOf(row);
    return ends[isHome ? 0 : ends.length - 1];
  }

  function reach(table, place) {
    all(table, "[tabindex='0']").forEach(function (other) {
      other.setAttribute("tabindex", "-1");
    });
    place.setAttribute("tabindex", "0");
  }

  document.addEventListener("keydown", function (event) {
    var table = gridOf(event);
    var isEnd = event.key === "Home" || event.key === "End";
    if (!table || event.altKey || event.metaKey || !(isEnd || WAYS[event.key])) {
      return;
    }
    event.preventDefault();
    var here = event.target.closest("a") || cellOf(event.target);
    var place = next(table, here, event);
    reach(table, place);
    place.focus();
  });

  document.addEventListener("focusin", function (event) {
    var table = gridOf(event);
    if (table && event.target !== table) {
      reach(table, event.target);
    }
  });

  function fit() {
    var table = document.querySelector("table[data-grid]");
    var page = document.documentElement.classList;
    page.add("has-whole-grid");
    page.toggle("has-whole-grid", Boolean(table) && table.offsetWidth <= table.parentNode.clientWidth);
  }

  window.addEventListener("resize", fit);
  fit();

  all(document, "table[data-grid]").forEach(function (table) {
    table.setAttribute("role", "grid");
    all(table, "a").forEach(function (link) {
      link.setAttribute("tabindex", "-1");
    });
    var first = table.querySelector("tbody td a") || table.querySelector("a");
    if (first) {
      first.setAttribute("tabindex", "0");
    }
  });
})();
