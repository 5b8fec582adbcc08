using System.Text;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Hosting.Sealing;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>Seals what was written freely: under a key of the form, bound to form, field and owner, so that a note does not open in another place.</summary>
public sealed class FormNotes(IdentificationStore db, Seal seal)
{
    /// <summary>Adds the sealed notes of a form, and their key, to what is saved next.</summary>
    public void Add(FormId form, AgencyId owner, IEnumerable<FormAnswer> answers)
    {
        var notes = answers.Where(answer => answer.Note is not null).ToList();
        if (notes.Count == 0) return;
        var key = seal.NewKey(Place(form, "", owner));
        db.Add(new FormKeyRow { Form = form, WrappedKey = key });
        foreach (var note in notes)
            db.Add(new FormNoteRow { Form = form, Field = note.Field, Sealed = seal.Close(key, Encoding.UTF8.GetBytes(note.Note!), Place(form, note.Field, owner)) });
    }

    /// <summary>The notes of a form by field. Where the key was destroyed there are none any more.</summary>
    public async Task<Dictionary<string, string>> Open(FormId form, AgencyId owner, CancellationToken stop)
    {
        var rows = await db.FormNotes.AsNoTracking().Where(note => note.Form == form).Join(db.FormKeys, note => note.Form, key => key.Form, (note, key) => new { note.Field, note.Sealed, key.WrappedKey }).ToListAsync(stop);
        return rows.ToDictionary(row => row.Field, row => Encoding.UTF8.GetString(seal.Open(row.WrappedKey, row.Sealed, Place(form, row.Field, owner))), StringComparer.Ordinal);
    }

    // What was sealed before must open for ever, so these texts never change.
    private static SealedPlace Place(FormId form, string field, AgencyId owner) => new(owner, $"tiltas form key v1|{form}|{owner}", $"tiltas form note v1|{form}|{field}|{owner}");
}
