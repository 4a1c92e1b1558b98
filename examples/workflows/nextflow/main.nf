// Predict every FASTA file of a folder, a task a file; each leaves a row for MultiQC.
//
//     nextflow run examples/workflows/nextflow --proteins 'examples/*.fasta' --results results

include { RIBBONET_PREDICT } from '../../../packaging/nf-core/modules/nf-core/ribbonet/predict/main'

workflow {
    proteins = channel.fromPath(params.proteins, checkIfExists: true)
        .map { fasta -> [[id: fasta.baseName], fasta] }
    RIBBONET_PREDICT(proteins)
}
